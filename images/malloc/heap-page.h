#ifndef MATRIX_HEAP_PAGE_H
#define MATRIX_HEAP_PAGE_H

#include <stddef.h>
#include <stdint.h>

/*
 * Whether a block is a page of Ruby's heap: up to 3.0 Ruby takes them from posix_memalign, 16 KiB at a multiple of 16 KiB.
 * They come in bursts and stay, which would add a staircase to the bytes that matter, so they count separately. Only the
 * block itself decides, so the answer is the same when it is allocated and when it is freed.
 */
static inline int is_heap_page(const void *p, size_t usable) {
  uintptr_t at = (uintptr_t)p;
  if (__builtin_expect(!!((at & 0x3fff) == 0), 0)) {
    if (usable >= 16384 - 64 && usable <= 16384 + 32) return 1;
    if ((at & 0xffff) == 0 && usable >= 65536 - 64 && usable <= 65536 + 32) return 1;
  }
  return 0;
}

#endif
