#define _GNU_SOURCE
#include "tracer.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../malloc/heap-page.h"
#include "../malloc/next.h"
#include "ruby-api.h"

static volatile int tracing;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int64_t overhead; /* bytes that the allocator adds to a block's usable size */
/* The tracer's own allocations, and those of what it calls, are nobody's. */
static __thread int busy __attribute__((tls_model("initial-exec")));

static inline void before_malloc(void) {}

static inline void block_in(void *p) {
  size_t usable;
  if (!tracing || busy) return;
  busy = 1;
  usable = next_usable(p);
  if (!is_heap_page(p, usable)) {
    pthread_mutex_lock(&lock);
    site_block_in((uintptr_t)p, (int64_t)usable + overhead);
    pthread_mutex_unlock(&lock);
  }
  busy = 0;
}

static inline void block_out(void *p, size_t usable) {
  (void)usable;
  if (!tracing || busy) return;
  busy = 1;
  pthread_mutex_lock(&lock);
  site_block_out((uintptr_t)p);
  pthread_mutex_unlock(&lock);
  busy = 0;
}

#include "../malloc/wrappers.h"

void *own_memory(size_t bytes) {
  void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return at == MAP_FAILED ? NULL : at;
}

void own_memory_back(void *memory, size_t bytes) { munmap(memory, bytes); }

static void in_child(void) { tracing = 0; }

static int64_t number(VALUE fixnum) { return (int64_t)fixnum >> 1; }

/* MATRIX_TRACER.start(script): blocks from here on are followed. */
static VALUE start(VALUE self, VALUE script) {
  size_t (*behind_the_probe)(void) = (size_t (*)(void))dlsym(RTLD_DEFAULT, "matrix_allocator_overhead");
  (void)self;
  ruby_frames_init(rb_string_value_ptr(&script));
  if (!sites_init()) return FIXNUM_ZERO;
  overhead = (int64_t)(behind_the_probe ? behind_the_probe() : allocator_overhead(allocator_name()));
  pthread_atfork(NULL, NULL, in_child);
  tracing = 1;
  return FIXNUM_ZERO;
}

/* MATRIX_TRACER.mark(i, iterations): counters as they stand now are mark i. */
static VALUE mark(VALUE self, VALUE index, VALUE iterations) {
  (void)self;
  pthread_mutex_lock(&lock);
  if (number(index) >= 0 && number(index) < MARKS) sites_mark((int)number(index), number(iterations));
  pthread_mutex_unlock(&lock);
  return FIXNUM_ZERO;
}

/* MATRIX_TRACER.report(fd, everything): writes what was found. Tracing is over. */
static VALUE report_to(VALUE self, VALUE fd, VALUE everything) {
  FILE *out;
  (void)self;
  tracing = 0;
  out = fdopen(dup((int)number(fd)), "w");
  if (!out) return FIXNUM_ZERO;
  report(out, number(everything) != 0);
  fclose(out);
  return FIXNUM_ZERO;
}

/* MATRIX_TRACER.watch_objects(script): remembers which line of the script had called where objects are made. */
static VALUE watch_objects(VALUE self, VALUE script) {
  (void)self;
  ruby_frames_init(rb_string_value_ptr(&script));
  places_start();
  return FIXNUM_ZERO;
}

/* MATRIX_TRACER.report_objects(fd): writes those lines. */
static VALUE report_objects(VALUE self, VALUE fd) {
  FILE *out = fdopen(dup((int)number(fd)), "w");
  (void)self;
  if (!out) return FIXNUM_ZERO;
  places_report(out);
  fclose(out);
  return FIXNUM_ZERO;
}

/* `require` of this library, which is loaded already, ends here. */
EXPORTED void Init_tracer(void) {
  VALUE module = rb_define_module("MATRIX_TRACER");
  rb_define_module_function(module, "start", start, 1);
  rb_define_module_function(module, "mark", mark, 2);
  rb_define_module_function(module, "report", report_to, 2);
  rb_define_module_function(module, "watch_objects", watch_objects, 1);
  rb_define_module_function(module, "report_objects", report_objects, 1);
}
