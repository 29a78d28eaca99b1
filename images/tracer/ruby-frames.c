/*
 * The lines of Ruby that are at work, read with the interpreter's own functions (ruby/debug.h), which hand out what
 * they have and allocate nothing. They are looked up by name: no header of any ruby is needed, and what a version
 * lacks is left out.
 */
#include "ruby-api.h"
#include "tracer.h"

#include <string.h>

enum { FRAMES = 128, TEXTS = 1 << 14, TEXT_BYTES = 2 << 20, LONGEST_TEXT = 1024 };

static char *texts;
static uint32_t used_bytes = 1, table[TEXTS * 2], kept_texts;
static text_id script_file;

uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t length) {
  const uint8_t *at = bytes;
  while (length-- > 0) hash = (hash ^ *at++) * 0x100000001b3ull;
  return hash;
}

/* The id is the text's place in one long run of texts. A full table gives 0: the place is then not known. */
text_id intern(const char *text) {
  size_t length = text == NULL ? 0 : strnlen(text, LONGEST_TEXT);
  uint64_t slot;
  if (length == 0 || texts == NULL) return 0;
  for (slot = hash_bytes(0xcbf29ce484222325ull, text, length);; slot++) {
    uint32_t *entry = &table[slot & (TEXTS * 2 - 1)];
    if (*entry == 0) {
      if (kept_texts == TEXTS || used_bytes + length + 1 > TEXT_BYTES) return 0;
      memcpy(texts + used_bytes, text, length);
      *entry = used_bytes;
      used_bytes += (uint32_t)length + 1;
      kept_texts++;
      return *entry;
    }
    if (strncmp(texts + *entry, text, length) == 0 && texts[*entry + length] == 0) return *entry;
  }
}

const char *text_of(text_id id) { return id == 0 ? NULL : texts + id; }

void ruby_frames_init(const char *script) {
  texts = own_memory(TEXT_BYTES);
  script_file = intern(script);
}

static text_id intern_value(VALUE string) {
  if (is_special(string)) return 0;
  return intern(rb_string_value_ptr(&string));
}

static VALUE qualified_or_plain(VALUE frame) {
  return rb_profile_frame_base_label ? rb_profile_frame_base_label(frame) : 0;
}

/* The class of the C method's receiver; the class itself for `TracePoint.new`. Bit 0 tells the two apart. */
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
  stack->called = intern(rb_id2name(id));
  if (!is_special(innermost_method) && stack->called == intern_value(innermost_method)) {
    stack->called = 0; /* the Ruby method itself, not a C method that it called */
    return;
  }
  stack->receiver_class = receiver_class();
}

void ruby_frames_take(struct ruby_stack *stack) {
  VALUE frames[FRAMES];
  int lines[FRAMES], count, i;
  text_id inner = 0;
  memset(stack, 0, sizeof *stack);
  if (!ruby_at_work()) return;
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
    place.method = intern_value(qualified_or_plain(frames[i]));
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
