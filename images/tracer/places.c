/*
 * Which line of the script had called the code that makes objects elsewhere: in a library, or in an eval whose file
 * is no file. ObjectSpace.trace_object_allocations knows the innermost line only.
 */
#include "ruby-api.h"
#include "tracer.h"

enum { PLACES = 1 << 12 };

static struct { struct ruby_place inner; int32_t script_line; int64_t count; } places[PLACES];
static volatile int counting;

static void on_new_object(VALUE tracepoint, void *data) {
  struct ruby_stack stack;
  uint64_t slot;
  int tries;
  (void)tracepoint;
  (void)data;
  if (!counting) return;
  ruby_frames_take(&stack);
  if (stack.depth < 2 || stack.script.line == 0) return;
  slot = hash_bytes(0xcbf29ce484222325ull, &stack.frames[0], sizeof stack.frames[0]) + (uint64_t)stack.script.line;
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

void places_start(void) {
  static VALUE tracepoint;
  if (!rb_tracepoint_new || !rb_tracepoint_enable || tracepoint) return;
  tracepoint = rb_tracepoint_new(0, RUBY_NEWOBJ, on_new_object, 0);
  if (rb_gc_register_mark_object) rb_gc_register_mark_object(tracepoint);
  counting = 1;
  rb_tracepoint_enable(tracepoint);
}

void places_report(FILE *out) {
  int i;
  counting = 0;
  for (i = 0; i < PLACES; i++) {
    if (places[i].count == 0) continue;
    fputs("{\"matrix\":\"place\"", out);
    json_text(out, "file", text_of(places[i].inner.file));
    fprintf(out, ",\"line\":%d,\"script\":%d,\"count\":%lld}\n", (int)places[i].inner.line,
            (int)places[i].script_line, (long long)places[i].count);
  }
}
