#include "tracer/ruby/object-places.h"

#include <stddef.h>

#include "tracer/base/hash.h"
#include "tracer/ruby/ruby-api.h"

enum { PLACES = 1 << 13, TRIES = 64 };

static struct object_place places[PLACES];
static volatile int counting;
static int64_t lost;

/* Finds the class of a new object; 0 for those of Ruby's own, whose second word is no class. */
static uintptr_t class_of_new(VALUE tracepoint) {
  VALUE object = rb_tracearg_object(rb_tracearg_from_tracepoint(tracepoint));
  if (is_special(object) || (*(VALUE *)object & TYPE_MASK) > LAST_TYPE_OF_SCRIPTS) return 0;
  return ((VALUE *)object)[1];
}

static int is_at(const struct object_place *place, const struct ruby_stack *stack, uintptr_t object_class) {
  const struct ruby_place *inner = &stack->frames[0];
  return place->inner.file == inner->file && place->inner.line == inner->line && place->inner.method == inner->method &&
         place->script_line == stack->script.line && place->object_class == object_class;
}

/* Finds the place, or makes it; NULL when there is no room. */
static struct object_place *place_at(const struct ruby_stack *stack, uintptr_t object_class) {
  uint64_t slot = hash_bytes(HASH_START, &stack->frames[0], sizeof stack->frames[0]);
  int tries;
  slot = hash_word(slot + (uint64_t)stack->script.line, object_class);
  for (tries = 0; tries < TRIES; tries++, slot++) {
    struct object_place *place = &places[slot & (PLACES - 1)];
    if (place->count == 0) {
      place->inner = stack->frames[0];
      place->script_line = stack->script.line;
      place->object_class = object_class;
    }
    if (is_at(place, stack, object_class)) return place;
  }
  return NULL;
}

static void on_new_object(VALUE tracepoint, void *data) {
  struct ruby_stack stack;
  struct object_place *place;
  (void)data;
  if (!counting) return;
  read_ruby_stack(&stack);
  if (stack.script.line == 0) return;
  place = stack.frames[0].file == 0 ? NULL : place_at(&stack, class_of_new(tracepoint));
  if (place) place->count++;
  else lost++;
}

void watch_objects(void) {
  static VALUE tracepoint;
  if (tracepoint || !rb_tracepoint_new || !rb_tracepoint_enable) return;
  if (!rb_tracearg_from_tracepoint || !rb_tracearg_object || !rb_profile_frames) return;
  tracepoint = rb_tracepoint_new(0, RUBY_NEWOBJ, on_new_object, 0);
  if (rb_gc_register_mark_object) rb_gc_register_mark_object(tracepoint);
  counting = 1;
  rb_tracepoint_enable(tracepoint);
}

void mark_objects(int is_first) {
  int i;
  for (i = 0; i < PLACES; i++)
    if (is_first) places[i].from = places[i].count;
    else places[i].to = places[i].count;
}

int64_t each_object_place(object_place_reader *read, void *data) {
  int i, counted = counting;
  counting = 0;
  for (i = 0; i < PLACES; i++)
    if (places[i].count > 0) read(&places[i], data);
  return counted ? lost : -1;
}
