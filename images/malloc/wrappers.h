/*
 * Wraps the malloc family of the process: included once by a library that is preloaded, which defines these before:
 *   static inline void before_malloc(void);              called before each malloc
 *   static inline void block_in(void *p);                called after a block was allocated
 *   static inline void page_in(void *p);                 called instead for a page of Ruby's heap
 *   static inline void block_out(void *p, size_t usable) called before a block is freed
 * A realloc counts as a freed and an allocated block.
 */
#ifndef MATRIX_WRAPPERS_H
#define MATRIX_WRAPPERS_H

#include <errno.h>

#include "malloc/exported.h"
#include "malloc/heap-page.h"
#include "malloc/next-allocator.h"

EXPORTED void *malloc(size_t size) {
  void *p;
  if (UNLIKELY(!ready())) return early_alloc(size);
  before_malloc();
  p = next_malloc(size);
  if (p) block_in(p);
  return p;
}

EXPORTED void *calloc(size_t n, size_t size) {
  void *p;
  if (UNLIKELY(!ready())) {
    if (size && n > SIZE_MAX / size) return NULL;
    return early_alloc(n * size); /* static memory is zero */
  }
  p = next_calloc(n, size);
  if (p) block_in(p);
  return p;
}

EXPORTED void free(void *p) {
  int saved;
  if (!p || UNLIKELY(is_early(p)) || UNLIKELY(!ready())) return;
  saved = errno; /* free must not change errno, and what is called below might */
  block_out(p, next_usable(p));
  next_free(p);
  errno = saved;
}

EXPORTED void *realloc(void *p, size_t size) {
  void *q;
  size_t before;
  if (!p) return malloc(size);
  if (UNLIKELY(is_early(p))) {
    size_t had = *(size_t *)(void *)((char *)p - 16);
    q = malloc(size);
    if (q) memcpy(q, p, had < size ? had : size);
    return q;
  }
  if (UNLIKELY(!ready())) return NULL;
  before = next_usable(p);
  /* The old block leaves the count first: after a realloc its address may not be used any more. */
  block_out(p, before);
  q = next_realloc(p, size);
  if (q) block_in(q);
  else if (size != 0) block_in(p); /* failed: the old block is still allocated */
  return q;
}

EXPORTED void *reallocarray(void *p, size_t n, size_t size) {
  if (size && n > SIZE_MAX / size) { errno = ENOMEM; return NULL; }
  return realloc(p, n * size);
}

static inline void aligned_in(void *p, size_t alignment, size_t size) {
  if (asks_for_heap_page(alignment, size)) page_in(p);
  else block_in(p);
}

EXPORTED int posix_memalign(void **out, size_t alignment, size_t size) {
  int status;
  if (UNLIKELY(!ready())) return ENOMEM;
  status = next_posix_memalign(out, alignment, size);
  if (status == 0 && *out) aligned_in(*out, alignment, size);
  return status;
}

EXPORTED void *memalign(size_t alignment, size_t size) {
  void *p;
  if (UNLIKELY(!ready()) || !next_memalign) { errno = ENOMEM; return NULL; }
  p = next_memalign(alignment, size);
  if (p) aligned_in(p, alignment, size);
  return p;
}

EXPORTED void *aligned_alloc(size_t alignment, size_t size) {
  void *p;
  if (UNLIKELY(!ready()) || !next_aligned_alloc) { errno = ENOMEM; return NULL; }
  p = next_aligned_alloc(alignment, size);
  if (p) aligned_in(p, alignment, size);
  return p;
}

EXPORTED void *valloc(size_t size) {
  void *p;
  if (UNLIKELY(!ready()) || !next_valloc) { errno = ENOMEM; return NULL; }
  p = next_valloc(size);
  if (p) block_in(p);
  return p;
}

#endif
