/*
 * A *site* is one C stack with one place in the Ruby code; the report is about its counters. All of this is called under
 * the tracer's lock.
 */
#ifndef MATRIX_TRACER_SITES_H
#define MATRIX_TRACER_SITES_H

#include <stdint.h>

#include "tracer/ruby/ruby-stack.h"

enum { MARKS = 3, STACK_DEPTH = 64 };

struct counters { int64_t allocs, frees, blocks, bytes; };

struct site {
  uint64_t hash;
  uint32_t depth;
  int64_t size;   /* usable bytes of the last block */
  int64_t varied; /* blocks of another size than the one before */
  struct counters now, marks[MARKS];
  uintptr_t pcs[STACK_DEPTH]; /* return addresses, innermost first */
  struct ruby_stack ruby;
};

/* 0 when there is no memory for the tables. */
int start_sites(void);

/* Called when a block was allocated, and when one is about to be freed. */
void note_block(uintptr_t block, int64_t usable);
void forget_block(uintptr_t block);

/* Keeps the present counters as mark `mark`, after so many iterations. */
void mark_sites(int mark, int64_t iterations);
int64_t iterations_at(int mark);

struct site *all_sites(uint32_t *count);

#endif
