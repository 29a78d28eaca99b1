/*
 * What the tracer found, as JSON lines: the sites whose live bytes or blocks grew from mark to mark, largest first,
 * and, when everything is asked for, those that allocate at least once in two iterations and give it back.
 */
#define _GNU_SOURCE
#include "tracer.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

enum { GROWING = 200, BUSY = 200, WITH_LINES = 6 };

void json_text(FILE *out, const char *key, const char *text) {
  const unsigned char *c = (const unsigned char *)text;
  if (text == NULL) { fprintf(out, ",\"%s\":null", key); return; }
  fprintf(out, ",\"%s\":\"", key);
  for (; *c; c++) {
    if (*c == '"' || *c == '\\') fprintf(out, "\\%c", *c);
    else if (*c < 0x20 || *c == 0x7f) fprintf(out, "\\u%04x", *c);
    else putc(*c, out);
  }
  putc('"', out);
}

/* C++ names as people write them, where the library that knows how is loaded anyway. */
static const char *readable(const char *name, char *buffer, size_t size) {
  typedef char *(*demangler)(const char *, char *, size_t *, int *);
  static demangler demangle;
  static int looked;
  char *plain;
  int status = -1;
  if (name == NULL || strncmp(name, "_Z", 2) != 0) return name;
  if (!looked) {
    void *library = dlopen("libstdc++.so.6", RTLD_LAZY | RTLD_NOLOAD);
    looked = 1;
    if (library) demangle = (demangler)dlsym(library, "__cxa_demangle");
  }
  if (!demangle || !(plain = demangle(name, NULL, NULL, &status))) return name;
  snprintf(buffer, size, "%s", plain);
  free(plain);
  return buffer;
}

static void place_json(FILE *out, const struct ruby_place *place, const char *before) {
  fprintf(out, "%s{\"at\":%d", before, (int)place->line);
  json_text(out, "file", text_of(place->file));
  json_text(out, "method", text_of(place->method));
  fputs("}", out);
}

static void frames_json(FILE *out, const struct site *site) {
  uint32_t i;
  fputs(",\"stack\":[", out);
  for (i = 0; i < site->depth; i++) {
    struct symbol symbol = symbol_of(site->pcs[i]);
    char buffer[512];
    fprintf(out, "%s{\"offset\":%llu", i ? "," : "", (unsigned long long)symbol.offset);
    json_text(out, "function", readable(symbol.function, buffer, sizeof buffer));
    json_text(out, "library", symbol.library);
    json_text(out, "path", symbol.path);
    fputs("}", out);
  }
  fputs("]", out);
}

static void site_json(FILE *out, const struct site *site) {
  uint32_t i;
  fprintf(out, "{\"matrix\":\"site\",\"size\":%lld,\"varied\":%lld,\"marks\":[", (long long)site->size,
          (long long)site->varied);
  for (i = 0; i < MARKS; i++) {
    const struct counters *at = &site->marks[i];
    fprintf(out, "%s[%lld,%lld,%lld,%lld]", i ? "," : "", (long long)at->allocs, (long long)at->frees,
            (long long)at->blocks, (long long)at->bytes);
  }
  fputs("],\"ruby\":[", out);
  for (i = 0; i < site->ruby.depth; i++) place_json(out, &site->ruby.frames[i], i ? "," : "");
  fputs("]", out);
  if (site->ruby.script.line != 0) place_json(out, &site->ruby.script, ",\"script\":");
  json_text(out, "called", text_of(site->ruby.called));
  if (site->ruby.receiver_class)
    fprintf(out, ",\"receiver\":\"0x%llx\",\"ofClass\":%s", (unsigned long long)(site->ruby.receiver_class & ~(uintptr_t)1),
            site->ruby.receiver_class & 1 ? "true" : "false");
  frames_json(out, site);
  fputs("}\n", out);
}

static int64_t grown(const struct site *site) { return site->marks[MARKS - 1].bytes - site->marks[0].bytes; }
static int64_t asked(const struct site *site) { return site->marks[MARKS - 1].allocs - site->marks[0].allocs; }

static int by_growth(const void *a, const void *b) {
  int64_t x = grown(*(struct site *const *)a), y = grown(*(struct site *const *)b);
  return x > y ? -1 : x < y;
}

static int by_allocations(const void *a, const void *b) {
  int64_t x = asked(*(struct site *const *)a), y = asked(*(struct site *const *)b);
  return x > y ? -1 : x < y;
}

/* The sites of one kind, sorted. Returns how many are worth telling. */
static size_t chosen(struct site **list, struct site *sites, uint32_t count, int growing) {
  int64_t iterations = mark_iterations(MARKS - 1) - mark_iterations(0);
  size_t kept = 0;
  uint32_t i;
  for (i = 0; i < count; i++) {
    int grows = grown(&sites[i]) > 0;
    if (growing ? grows : !grows && sites[i].ruby.script.line != 0 && asked(&sites[i]) * 2 >= iterations)
      list[kept++] = &sites[i];
  }
  qsort(list, kept, sizeof *list, growing ? by_growth : by_allocations);
  return growing ? (kept < GROWING ? kept : GROWING) : (kept < BUSY ? kept : BUSY);
}

void report(FILE *out, int everything) {
  uint32_t count, i;
  struct site *sites = sites_all(&count), **list = own_memory(count * sizeof *list);
  size_t kept;
  symbols_init();
  if (!list) return;
  fprintf(out, "{\"matrix\":\"trace\",\"iterations\":[");
  for (i = 0; i < MARKS; i++) fprintf(out, "%s%lld", i ? "," : "", (long long)mark_iterations((int)i));
  fprintf(out, "],\"oneInBlocks\":%lld}\n", (long long)one_in_blocks());
  kept = chosen(list, sites, count, 1);
  for (i = 0; i < kept; i++) site_json(out, list[i]);
  lines_report(out, list, kept < WITH_LINES ? kept : WITH_LINES);
  if (!everything) return;
  kept = chosen(list, sites, count, 0);
  for (i = 0; i < kept; i++) site_json(out, list[i]);
  lines_report(out, list, kept < WITH_LINES ? kept : WITH_LINES);
}
