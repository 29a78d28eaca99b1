/*
 * Source lines, and functions that the compiler put into their callers, by addr2line where the image has it and the
 * library its debug information.
 */
#ifndef MATRIX_TRACER_SOURCE_LINES_H
#define MATRIX_TRACER_SOURCE_LINES_H

#include <stddef.h>
#include <stdint.h>

struct source_frame {
  const char *path; /* of the library */
  uint64_t offset;  /* of the address, from the beginning of the library */
  int inlined_in;   /* 0: the innermost function at this address; 1: the one it was put into, and so on */
  const char *function, *file; /* NULL where unknown */
  long line;                   /* 0 where unknown */
};

/* Asks for the lines of an address; those beyond the first 128 are left out. */
void want_source_lines(uintptr_t pc);

/* Passes on the frames of all requested addresses, address by address, and forgets them. */
typedef void source_frame_reader(const struct source_frame *frame, void *data);
void each_source_frame(source_frame_reader *read, void *data);

#endif
