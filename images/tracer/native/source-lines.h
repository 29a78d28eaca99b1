/*
 * Source lines, and functions that the compiler inlined, by addr2line: where the image has that, and the library has
 * debug information.
 */
#ifndef MATRIX_TRACER_SOURCE_LINES_H
#define MATRIX_TRACER_SOURCE_LINES_H

#include <stddef.h>
#include <stdint.h>

struct source_frame {
  const char *path; /* of the library */
  uint64_t offset;  /* of the address, from the beginning of the library */
  int inlined_in;   /* 0: the innermost function at this address; 1: the one that it is inlined in, and so on */
  const char *function, *file; /* NULL where unknown */
  long line;                   /* 0 where unknown */
};

/* Requests the lines of an address; addresses after the first 128 are left out. */
void want_source_lines(uintptr_t pc);

/* Passes the frames of all requested addresses to `read`, address by address, and forgets the requests. */
typedef void source_frame_reader(const struct source_frame *frame, void *data);
void each_source_frame(source_frame_reader *read, void *data);

#endif
