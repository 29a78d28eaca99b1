/*
 * Counts new objects by class and place, those that are freed again included. A place is a line with the line of the script
 * that led to it: of code in a library, or in an eval, ObjectSpace.trace_object_allocations only knows the innermost line.
 */
#ifndef MATRIX_TRACER_OBJECT_PLACES_H
#define MATRIX_TRACER_OBJECT_PLACES_H

#include <stdint.h>

#include "tracer/ruby/ruby-stack.h"

struct object_place {
  struct ruby_place inner; /* where objects were made */
  int32_t script_line;     /* the line of the script that had called that */
  uintptr_t object_class;  /* 0: an object of Ruby's own */
  int64_t count;           /* objects so far */
  int64_t from, to;        /* objects at the first mark and at the last one */
};

/* Counts every new object from here on. Does nothing before Ruby 2.1, which does not say where objects are made. */
void watch_objects(void);

/* Keeps the present counts: as those of the first mark, or of the last so far. */
void mark_objects(int is_first);

/* Ends the counting and passes each place to `read`. Returns how many objects there was no room for; -1: none was counted. */
typedef void object_place_reader(const struct object_place *place, void *data);
int64_t each_object_place(object_place_reader *read, void *data);

#endif
