/* The lines of Ruby that are running. */
#ifndef MATRIX_TRACER_RUBY_STACK_H
#define MATRIX_TRACER_RUBY_STACK_H

#include <stdint.h>

#include "tracer/base/texts.h"

enum { RUBY_DEPTH = 8 };

struct ruby_place {
  text_id file, method;
  int32_t line;
};

struct ruby_stack {
  struct ruby_place frames[RUBY_DEPTH]; /* innermost first */
  struct ruby_place script;             /* the innermost frame in the script itself; line 0 when there is none */
  text_id called;                       /* the method that the script's line had called, or the C method that is running */
  uintptr_t receiver_class;             /* of the C method; the prelude writes its name at the end */
  uint32_t depth;
};

/* Sets which file is the script. Comes before read_ruby_stack. */
void start_ruby_stacks(const char *script);

/* Reads the stack; it is empty where Ruby's frames may not be read now. */
void read_ruby_stack(struct ruby_stack *stack);

#endif
