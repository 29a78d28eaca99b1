#include "tracer/sites/choose-sites.h"

#include <stdlib.h>

enum { MOST = 200 };

static int64_t grown(const struct site *site) { return site->marks[MARKS - 1].bytes - site->marks[0].bytes; }
static int64_t allocated(const struct site *site) { return site->marks[MARKS - 1].allocs - site->marks[0].allocs; }

static int by_growth(const void *a, const void *b) {
  int64_t x = grown(*(struct site *const *)a), y = grown(*(struct site *const *)b);
  return x > y ? -1 : x < y;
}

static int by_allocations(const void *a, const void *b) {
  int64_t x = allocated(*(struct site *const *)a), y = allocated(*(struct site *const *)b);
  return x > y ? -1 : x < y;
}

static int is_growing(const struct site *site) { return grown(site) > 0; }

static int is_busy(const struct site *site) {
  int64_t iterations = iterations_at(MARKS - 1) - iterations_at(0);
  return !is_growing(site) && site->ruby.script.line != 0 && allocated(site) * 2 >= iterations;
}

static size_t choose(struct site **list, int (*wanted)(const struct site *), int (*order)(const void *, const void *)) {
  uint32_t count, i;
  struct site *sites = all_sites(&count);
  size_t kept = 0;
  for (i = 0; i < count; i++)
    if (wanted(&sites[i])) list[kept++] = &sites[i];
  qsort(list, kept, sizeof *list, order);
  return kept < MOST ? kept : MOST;
}

size_t choose_growing_sites(struct site **list) { return choose(list, is_growing, by_growth); }

size_t choose_busy_sites(struct site **list) { return choose(list, is_busy, by_allocations); }
