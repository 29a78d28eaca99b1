/*
 * The part of Ruby's C API that the tracer uses, declared by hand: it is the same in every version since 2.1. Weak, because
 * programs other than ruby load the library, too.
 */
#ifndef MATRIX_RUBY_API_H
#define MATRIX_RUBY_API_H

#include <stdint.h>

typedef uintptr_t VALUE;
typedef uintptr_t ID;
#define WEAK __attribute__((weak))

WEAK extern int rb_profile_frames(int start, int limit, VALUE *frames, int *lines);
WEAK extern VALUE rb_profile_frame_path(VALUE frame);
WEAK extern VALUE rb_profile_frame_base_label(VALUE frame);
WEAK extern VALUE rb_profile_frame_method_name(VALUE frame);
WEAK extern ID rb_frame_this_func(void);
WEAK extern const char *rb_id2name(ID id);
WEAK extern VALUE rb_current_receiver(void);
WEAK extern char *rb_string_value_ptr(volatile VALUE *string);
WEAK extern VALUE rb_str_new(const char *bytes, long length);
WEAK extern int ruby_thread_has_gvl_p(void);
WEAK extern int ruby_native_thread_p(void);
WEAK extern int rb_thread_alone(void);
WEAK extern int rb_during_gc(void);
WEAK extern VALUE rb_define_module(const char *name);
WEAK extern void rb_define_module_function(VALUE module, const char *name, VALUE (*function)(), int arguments);
WEAK extern VALUE rb_tracepoint_new(VALUE thread, uint32_t events, void (*function)(VALUE, void *), void *data);
WEAK extern VALUE rb_tracepoint_enable(VALUE tracepoint);
WEAK extern void *rb_tracearg_from_tracepoint(VALUE tracepoint);
WEAK extern VALUE rb_tracearg_object(void *event);
WEAK extern void rb_gc_register_mark_object(VALUE object);

enum { RUBY_NEWOBJ = 0x100000, FIXNUM_ZERO = 1, TYPE_MASK = 0x1f, T_CLASS = 2, T_MODULE = 3 };
enum { LAST_TYPE_OF_SCRIPTS = 0x15 }; /* types above are Ruby's own, in every version */

/* Whether a value is no pointer: nil, true, false, small numbers, symbols. */
static inline int is_special(VALUE value) { return (value & 7) != 0 || value <= 64; }

static inline int is_module(VALUE object) {
  VALUE type = *(VALUE *)object & TYPE_MASK;
  return type == T_CLASS || type == T_MODULE;
}

/*
 * Whether frames may be read: only by the thread that runs Ruby code, and not while it collects garbage. A C extension that
 * runs without the lock (such as zlib) still has its frames, unless another thread has taken over.
 */
static inline int frames_are_readable(void) {
  if (!rb_profile_frames || !ruby_native_thread_p() || rb_during_gc()) return 0;
  return (ruby_thread_has_gvl_p && ruby_thread_has_gvl_p()) || rb_thread_alone(); /* 2.2 does not export the first */
}

#endif
