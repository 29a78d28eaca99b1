/*
 * The tracer: an LD_PRELOAD library that remembers, for every block of malloc, the C stack and the lines of Ruby
 * that asked for it. Loaded in front of the probe, and only in containers that explain a leak: it is never there
 * when a verdict is reached.
 *
 * The prelude starts it, marks the iterations between which growth is taken, and asks for the report. A *site* is
 * one C stack with one place in the Ruby code; its counters are what the report is about.
 */
#ifndef MATRIX_TRACER_H
#define MATRIX_TRACER_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { MARKS = 3, STACK_DEPTH = 64, RUBY_DEPTH = 8 };

/* Strings of the Ruby side, interned: 0 is none. */
typedef uint32_t text_id;

struct ruby_place {
  text_id file, method;
  int32_t line;
};

struct ruby_stack {
  struct ruby_place frames[RUBY_DEPTH]; /* innermost first */
  struct ruby_place script;             /* the innermost frame in the script itself; line 0 when there is none */
  text_id called;                       /* the method that the script's line had called, or the C method at work */
  uintptr_t receiver_class;             /* of the C method: for the names that Ruby code adds at the end */
  uint32_t depth;
};

struct counters { int64_t allocs, frees, blocks, bytes; };

struct site {
  uint64_t hash;
  uint32_t depth;
  int64_t size;    /* usable bytes of the last block */
  int64_t varied;  /* blocks of another size than the one before */
  struct counters now, marks[MARKS];
  uintptr_t pcs[STACK_DEPTH]; /* return addresses, innermost first */
  struct ruby_stack ruby;
};

/* unwind.c: return addresses of the caller and outwards; by call frame information, each pc's rule kept. */
int unwind(uintptr_t *pcs, int max);

/* ruby-frames.c */
void ruby_frames_init(const char *script);
void ruby_frames_take(struct ruby_stack *stack);
text_id intern(const char *text);
const char *text_of(text_id id);
uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t length);

/* places.c: which line of the script called the code that makes objects elsewhere. */
void places_start(void);
void places_report(FILE *out);

/* sites.c. All of it under the tracer's lock. */
int sites_init(void);
void site_block_in(uintptr_t block, int64_t usable);
void site_block_out(uintptr_t block);
void sites_mark(int mark, int64_t iterations);
struct site *sites_all(uint32_t *count);
int64_t one_in_blocks(void);
int64_t mark_iterations(int mark);

/* symbols.c */
struct symbol {
  const char *function, *library, *path; /* function is NULL where nothing names it */
  uint64_t offset;                       /* bytes from the beginning of the library, as addr2line takes it */
  int has_lines;
};
void symbols_init(void);
struct symbol symbol_of(uintptr_t pc);

/* lines.c: source lines and inlined functions by addr2line, where there is one and debug information. */
void lines_report(FILE *out, struct site **sites, size_t count);

/* report.c */
void report(FILE *out, int everything);
void json_text(FILE *out, const char *key, const char *text);

/* Memory for the tracer's own tables: straight from the kernel, never from malloc. NULL when there is none. */
void *own_memory(size_t bytes);
void own_memory_back(void *memory, size_t bytes);

#endif
