#ifndef MATRIX_HEAP_PAGE_H
#define MATRIX_HEAP_PAGE_H

#include <stddef.h>

/*
 * Whether a request is for a page of Ruby's heap: 16 KiB (since 3.2: 64 KiB) at a multiple of as much, up to 3.0 always
 * from posix_memalign. Pages come in bursts and stay, which would add a staircase to the bytes that matter, so they count
 * separately. What was asked for decides: a block that merely lies there with that size, as every other one of 16 KiB
 * does with tcmalloc, is none.
 */
static inline int asks_for_heap_page(size_t alignment, size_t size) {
  return (alignment == 16384 || alignment == 65536) && size <= alignment && size >= alignment - 64;
}

#endif
