/*
 * Remembers which line of the script had called code elsewhere that makes objects: in a library, or in an eval, which has
 * no file. ObjectSpace.trace_object_allocations only knows the innermost line.
 */
#ifndef MATRIX_TRACER_OBJECT_PLACES_H
#define MATRIX_TRACER_OBJECT_PLACES_H

#include <stdint.h>

#include "tracer/ruby/ruby-stack.h"

struct object_place {
  struct ruby_place inner; /* where objects were made */
  int32_t script_line;     /* the line of the script that had called that */
  int64_t count;
};

/* Counts every new object from here on. */
void watch_objects(void);

/* Ends the counting and passes each place to `read`. */
typedef void object_place_reader(const struct object_place *place, void *data);
void each_object_place(object_place_reader *read, void *data);

#endif
