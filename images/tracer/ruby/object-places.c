#include "tracer/ruby/object-places.h"

#include <stddef.h>

#include "tracer/base/hash.h"
#include "tracer/ruby/ruby-api.h"

enum { PLACES = 1 << 12 };

static struct object_place places[PLACES];
static volatile int counting;

static void on_new_object(VALUE tracepoint, void *data) {
  struct ruby_stack stack;
  uint64_t slot;
  int tries;
  (void)tracepoint;
  (void)data;
  if (!counting) return;
  read_ruby_stack(&stack);
  if (stack.depth < 2 || stack.script.line == 0) return;
  slot = hash_bytes(HASH_START, &stack.frames[0], sizeof stack.frames[0]) + (uint64_t)stack.script.line;
  for (tries = 0; tries < 64; tries++, slot++) {
    uint64_t i = slot & (PLACES - 1);
    if (places[i].count == 0) {
      places[i].inner = stack.frames[0];
      places[i].script_line = stack.script.line;
    }
    if (places[i].inner.file != stack.frames[0].file || places[i].inner.line != stack.frames[0].line ||
        places[i].inner.method != stack.frames[0].method || places[i].script_line != stack.script.line)
      continue;
    places[i].count++;
    return;
  }
}

void watch_objects(void) {
  static VALUE tracepoint;
  if (!rb_tracepoint_new || !rb_tracepoint_enable || tracepoint) return;
  tracepoint = rb_tracepoint_new(0, RUBY_NEWOBJ, on_new_object, 0);
  if (rb_gc_register_mark_object) rb_gc_register_mark_object(tracepoint);
  counting = 1;
  rb_tracepoint_enable(tracepoint);
}

void each_object_place(object_place_reader *read, void *data) {
  int i;
  counting = 0;
  for (i = 0; i < PLACES; i++)
    if (places[i].count > 0) read(&places[i], data);
}
