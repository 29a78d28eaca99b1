/*
 * Source lines, and functions that the compiler put into their callers, by addr2line where the image has it and the
 * library its debug information: one call a library, for the sites that matter, ended after a few seconds.
 */
#include "tracer.h"

#include <stdlib.h>
#include <string.h>

enum { ADDRESSES = 128, COMMAND = 8192, LINE = 2048 };

struct wanted { const char *path; uint64_t offset; };

static int by_library(const void *a, const void *b) {
  const struct wanted *x = a, *y = b;
  int order = strcmp(x->path, y->path);
  return order ? order : x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* A path goes into a shell's command line: only one that means itself there. */
static int is_plain(const char *path) {
  return path[strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._+-@")] == 0;
}

static size_t collect(struct wanted *wanted, struct site **sites, size_t count) {
  size_t kept = 0, i, depth, j;
  for (i = 0; i < count; i++) {
    for (depth = 0; depth < sites[i]->depth && kept < ADDRESSES; depth++) {
      struct symbol symbol = symbol_of(sites[i]->pcs[depth]);
      if (!symbol.has_lines || !is_plain(symbol.path)) continue;
      for (j = 0; j < kept; j++)
        if (wanted[j].offset == symbol.offset && wanted[j].path == symbol.path) break;
      if (j == kept) wanted[kept++] = (struct wanted){symbol.path, symbol.offset};
    }
  }
  qsort(wanted, kept, sizeof *wanted, by_library);
  return kept;
}

static void cut(char *line) { line[strcspn(line, "\r\n")] = 0; }

/* addr2line -a: the address, then for each function from the innermost outwards its name and FILE:LINE. */
static void read_answers(FILE *answers, FILE *out, const char *path) {
  char name[LINE], place[LINE];
  int open = 0, first = 1;
  while (fgets(name, sizeof name, answers)) {
    char *colon;
    cut(name);
    if (strncmp(name, "0x", 2) == 0) {
      if (open) fputs("]}\n", out);
      fputs("{\"matrix\":\"lines\"", out);
      json_text(out, "path", path);
      fprintf(out, ",\"offset\":%llu,\"frames\":[", strtoull(name, NULL, 16));
      open = first = 1;
      continue;
    }
    if (!open || !fgets(place, sizeof place, answers)) break;
    cut(place);
    colon = strrchr(place, ':');
    fprintf(out, "%s{\"at\":%ld", first ? "" : ",", colon ? strtol(colon + 1, NULL, 10) : 0L);
    if (colon) *colon = 0;
    json_text(out, "function", strcmp(name, "??") == 0 ? NULL : name);
    json_text(out, "file", place[0] == '?' ? NULL : place);
    fputs("}", out);
    first = 0;
  }
  if (open) fputs("]}\n", out);
}

void lines_report(FILE *out, struct site **sites, size_t count) {
  struct wanted wanted[ADDRESSES];
  size_t kept = collect(wanted, sites, count), i = 0;
  while (i < kept) {
    char command[COMMAND];
    const char *path = wanted[i].path;
    size_t at = (size_t)snprintf(command, sizeof command, "timeout 4 addr2line -a -f -i -C -e %s", path);
    FILE *answers;
    for (; i < kept && strcmp(wanted[i].path, path) == 0; i++)
      if (at + 32 < sizeof command)
        at += (size_t)snprintf(command + at, sizeof command - at, " 0x%llx", (unsigned long long)wanted[i].offset);
    snprintf(command + at, sizeof command - at, " 2>/dev/null");
    answers = popen(command, "r");
    if (!answers) continue;
    read_answers(answers, out, path);
    pclose(answers);
  }
}
