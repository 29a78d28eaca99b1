/* Calls addr2line once per library, for a few seconds at most. */
#define _GNU_SOURCE
#include "tracer/native/source-lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tracer/native/symbols.h"

enum { ADDRESSES = 128, COMMAND = 8192, LINE = 2048 };

static struct wanted { const char *path; uint64_t offset; } wanted[ADDRESSES];
static size_t wanted_count;

static int by_library(const void *a, const void *b) {
  const struct wanted *x = a, *y = b;
  int order = strcmp(x->path, y->path);
  return order ? order : x->offset < y->offset ? -1 : x->offset > y->offset;
}

/* Whether a shell takes every character of a path literally: it goes into a command line. */
static int is_plain(const char *path) {
  return path[strspn(path, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._+-@")] == 0;
}

void want_source_lines(uintptr_t pc) {
  struct symbol symbol = find_symbol(pc);
  size_t i;
  if (wanted_count == ADDRESSES || !symbol.has_lines || !is_plain(symbol.path)) return;
  for (i = 0; i < wanted_count; i++)
    if (wanted[i].offset == symbol.offset && wanted[i].path == symbol.path) return;
  wanted[wanted_count++] = (struct wanted){symbol.path, symbol.offset};
}

static void cut(char *line) { line[strcspn(line, "\r\n")] = 0; }

/* Reads what addr2line -a prints: the address, then name and FILE:LINE of each function, from the innermost outwards. */
static void read_answers(FILE *answers, const char *path, source_frame_reader *read, void *data) {
  char name[LINE], place[LINE];
  struct source_frame frame = {path, 0, -1, NULL, NULL, 0};
  int begun = 0;
  while (fgets(name, sizeof name, answers)) {
    char *colon;
    cut(name);
    if (strncmp(name, "0x", 2) == 0) {
      frame.offset = strtoull(name, NULL, 16);
      frame.inlined_in = -1;
      begun = 1;
      continue;
    }
    if (!begun || !fgets(place, sizeof place, answers)) return;
    cut(place);
    colon = strrchr(place, ':');
    frame.line = colon ? strtol(colon + 1, NULL, 10) : 0;
    if (colon) *colon = 0;
    frame.function = strcmp(name, "??") == 0 ? NULL : name;
    frame.file = place[0] == '?' ? NULL : place;
    frame.inlined_in++;
    read(&frame, data);
  }
}

void each_source_frame(source_frame_reader *read, void *data) {
  size_t i = 0;
  qsort(wanted, wanted_count, sizeof *wanted, by_library);
  while (i < wanted_count) {
    char command[COMMAND];
    const char *path = wanted[i].path;
    size_t at = (size_t)snprintf(command, sizeof command, "timeout 4 addr2line -a -f -i -C -e %s", path);
    FILE *answers;
    for (; i < wanted_count && strcmp(wanted[i].path, path) == 0; i++)
      if (at + 32 < sizeof command)
        at += (size_t)snprintf(command + at, sizeof command - at, " 0x%llx", (unsigned long long)wanted[i].offset);
    snprintf(command + at, sizeof command - at, " 2>/dev/null");
    answers = popen(command, "r");
    if (!answers) continue;
    read_answers(answers, path, read, data);
    pclose(answers);
  }
  wanted_count = 0;
}
