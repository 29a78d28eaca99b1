/* The addresses of the pages of Ruby's heap that are alive: a freed block does not tell what it was allocated as. */
#ifndef MATRIX_HEAP_PAGES_H
#define MATRIX_HEAP_PAGES_H

#include <sched.h>
#include <stdint.h>

/* A table with linear probing, at most three quarters full: pages of 768 MiB. Pages beyond count as ordinary blocks. */
#define HEAP_PAGES 65536u
#define MOST_HEAP_PAGES (HEAP_PAGES / 4 * 3)

static uintptr_t heap_pages[HEAP_PAGES];
static unsigned heap_page_count;
static volatile int heap_pages_locked;

static void lock_heap_pages(void) {
  while (__sync_lock_test_and_set(&heap_pages_locked, 1)) sched_yield();
}

static void unlock_heap_pages(void) { __sync_lock_release(&heap_pages_locked); }

static unsigned heap_page_slot(uintptr_t page) {
  return (unsigned)((uint64_t)(page >> 14) * 0x9e3779b97f4a7c15ull >> 48) & (HEAP_PAGES - 1);
}

/* Remembers a page; 0 where there is no room for it. */
static int note_heap_page(uintptr_t page) {
  unsigned at = heap_page_slot(page);
  int noted;
  lock_heap_pages();
  noted = heap_page_count < MOST_HEAP_PAGES;
  if (noted) {
    while (heap_pages[at]) at = (at + 1) & (HEAP_PAGES - 1);
    heap_pages[at] = page;
    heap_page_count++;
  }
  unlock_heap_pages();
  return noted;
}

/* Closes the gap that a removed page leaves: moves up those that could not be at their own place because of it. */
static void close_heap_page_gap(unsigned gap) {
  unsigned at = gap;
  for (;;) {
    unsigned own;
    at = (at + 1) & (HEAP_PAGES - 1);
    if (!heap_pages[at]) break;
    own = heap_page_slot(heap_pages[at]);
    if (((at - own) & (HEAP_PAGES - 1)) < ((at - gap) & (HEAP_PAGES - 1))) continue;
    heap_pages[gap] = heap_pages[at];
    gap = at;
  }
  heap_pages[gap] = 0;
}

/* Forgets a page that is freed; 0 where the block is none. */
static int forget_heap_page(uintptr_t page) {
  unsigned at;
  int found;
  if (page & 0x3fff) return 0;
  at = heap_page_slot(page);
  lock_heap_pages();
  while (heap_pages[at] && heap_pages[at] != page) at = (at + 1) & (HEAP_PAGES - 1);
  found = heap_pages[at] == page;
  if (found) {
    close_heap_page_gap(at);
    heap_page_count--;
  }
  unlock_heap_pages();
  return found;
}

#endif
