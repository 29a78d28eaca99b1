/*
 * The interpreter's own functions (ruby/debug.h) allocate nothing. They are found by name: no header of any ruby is needed,
 * and what a version lacks is left out.
 */
#include "tracer/ruby/ruby-stack.h"

#include <string.h>

#include "tracer/ruby/ruby-api.h"

enum { FRAMES = 128 };

static text_id script_file;

void start_ruby_stacks(const char *script) {
  start_texts();
  script_file = intern_text(script);
}

static text_id intern_value(VALUE string) {
  if (is_special(string)) return 0;
  return intern_text(rb_string_value_ptr(&string));
}

static VALUE base_label(VALUE frame) {
  return rb_profile_frame_base_label ? rb_profile_frame_base_label(frame) : 0;
}

/* Finds the class of the C method's receiver. Bit 0: the receiver is that class itself, as in `TracePoint.new`. */
static uintptr_t receiver_class(void) {
  VALUE self;
  if (!rb_current_receiver) return 0;
  self = rb_current_receiver();
  if (is_special(self)) return 0;
  if (is_module(self)) return self | 1;
  return ((VALUE *)self)[1];
}

static void name_called(struct ruby_stack *stack, text_id inner, VALUE innermost_method, int script_is_innermost) {
  ID id;
  if (!script_is_innermost) {
    stack->called = inner;
    return;
  }
  id = rb_frame_this_func();
  if (id == 0) return;
  stack->called = intern_text(rb_id2name(id));
  if (!is_special(innermost_method) && stack->called == intern_value(innermost_method)) {
    stack->called = 0; /* the Ruby method itself, not a C method that it called */
    return;
  }
  stack->receiver_class = receiver_class();
}

void read_ruby_stack(struct ruby_stack *stack) {
  VALUE frames[FRAMES];
  int lines[FRAMES], count, i;
  text_id inner = 0;
  memset(stack, 0, sizeof *stack);
  if (!frames_are_readable()) return;
  count = rb_profile_frames(0, FRAMES, frames, lines);
  for (i = 0; i < count; i++) {
    VALUE path = rb_profile_frame_path(frames[i]);
    struct ruby_place place;
    if (is_special(path)) { /* a C method, from 3.0 on */
      if (inner == 0 && stack->depth == 0 && rb_profile_frame_method_name)
        inner = intern_value(rb_profile_frame_method_name(frames[i]));
      continue;
    }
    place.file = intern_value(path);
    place.line = lines[i];
    place.method = intern_value(base_label(frames[i]));
    if (stack->depth < RUBY_DEPTH) stack->frames[stack->depth++] = place;
    if (place.file == script_file && stack->script.line == 0) {
      int innermost = stack->depth == 1;
      stack->script = place;
      name_called(stack, inner, innermost && rb_profile_frame_method_name ? rb_profile_frame_method_name(frames[i]) : 0,
                  innermost);
      break;
    }
    inner = place.method;
  }
}
