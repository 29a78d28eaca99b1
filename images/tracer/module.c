/*
 * The tracer: an LD_PRELOAD library that remembers, for every block of malloc, the C stack and the lines of Ruby that
 * allocated it. Loaded in front of the probe, and only in containers that explain a leak: never where a verdict is reached.
 * To Ruby it is a module: the prelude starts it, marks the iterations between which growth is taken, and requests the
 * report.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "json/json.h"
#include "malloc/exported.h"
#include "tracer/hooks.h"
#include "tracer/report.h"
#include "tracer/ruby/object-places.h"
#include "tracer/ruby/ruby-api.h"
#include "tracer/ruby/ruby-stack.h"

static int64_t number(VALUE fixnum) { return (int64_t)fixnum >> 1; }

static FILE *open_copy(VALUE fd) { return fdopen(dup((int)number(fd)), "w"); }

/* MATRIX_TRACER.start(script): follows blocks from here on. */
static VALUE start(VALUE self, VALUE script) {
  (void)self;
  start_ruby_stacks(rb_string_value_ptr(&script));
  start_tracing();
  return FIXNUM_ZERO;
}

/* MATRIX_TRACER.mark(i, iterations): keeps the present counters as mark i. */
static VALUE mark(VALUE self, VALUE index, VALUE iterations) {
  (void)self;
  mark_tracing((int)number(index), number(iterations));
  return FIXNUM_ZERO;
}

/* MATRIX_TRACER.report(fd, everything): ends the tracing and writes what was found. */
static VALUE report(VALUE self, VALUE fd, VALUE everything) {
  FILE *out;
  (void)self;
  stop_tracing();
  out = open_copy(fd);
  if (!out) return FIXNUM_ZERO;
  report_sites(out, number(everything) != 0);
  fclose(out);
  return FIXNUM_ZERO;
}

/* MATRIX_TRACER.watch_objects(script): counts new objects by class and line from here on. */
static VALUE watch(VALUE self, VALUE script) {
  (void)self;
  start_ruby_stacks(rb_string_value_ptr(&script));
  watch_objects();
  return FIXNUM_ZERO;
}

/* MATRIX_TRACER.mark_objects(i): keeps the present counts of new objects as mark i. */
static VALUE mark_new_objects(VALUE self, VALUE index) {
  (void)self;
  mark_objects(number(index) == 0);
  return FIXNUM_ZERO;
}

/* MATRIX_TRACER.report_objects(fd): ends the counting and writes the counts. */
static VALUE report_objects(VALUE self, VALUE fd) {
  FILE *out = open_copy(fd);
  (void)self;
  if (!out) return FIXNUM_ZERO;
  report_object_places(out);
  fclose(out);
  return FIXNUM_ZERO;
}

/* MATRIX_TRACER.json(text, bytes): returns the text as JSON, quotes included; `bytes` is its length. */
static VALUE json(VALUE self, VALUE text, VALUE bytes) {
  const char *start_of_text = rb_string_value_ptr(&text);
  char *written = NULL;
  size_t length = 0;
  FILE *out = open_memstream(&written, &length);
  VALUE result;
  (void)self;
  if (!out) return rb_str_new("null", 4);
  json_string(out, start_of_text, (size_t)number(bytes));
  fclose(out);
  result = rb_str_new(written, (long)length);
  free(written);
  return result;
}

/* Called by `require` of this library, which is loaded already. */
EXPORTED void Init_tracer(void) {
  VALUE module = rb_define_module("MATRIX_TRACER");
  rb_define_module_function(module, "start", start, 1);
  rb_define_module_function(module, "mark", mark, 2);
  rb_define_module_function(module, "report", report, 2);
  rb_define_module_function(module, "watch_objects", watch, 1);
  rb_define_module_function(module, "mark_objects", mark_new_objects, 1);
  rb_define_module_function(module, "report_objects", report_objects, 1);
  rb_define_module_function(module, "json", json, 2);
}
