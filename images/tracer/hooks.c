#define _GNU_SOURCE
#include "tracer/hooks.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stddef.h>

#include "malloc/next-allocator.h"
#include "tracer/sites/sites.h"

static volatile int tracing;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int64_t overhead; /* bytes that the allocator adds to a block's usable size */
/* Set while the tracer itself works: what it allocates is not counted. */
static __thread int busy __attribute__((tls_model("initial-exec")));

static inline void before_malloc(void) {}

static inline void block_in(void *p) {
  if (!tracing || busy) return;
  busy = 1;
  pthread_mutex_lock(&lock);
  note_block((uintptr_t)p, (int64_t)next_usable(p) + overhead);
  pthread_mutex_unlock(&lock);
  busy = 0;
}

/* Pages of Ruby's heap are no leak. */
static inline void page_in(void *p) { (void)p; }

static inline void block_out(void *p, size_t usable) {
  (void)usable;
  if (!tracing || busy) return;
  busy = 1;
  pthread_mutex_lock(&lock);
  forget_block((uintptr_t)p);
  pthread_mutex_unlock(&lock);
  busy = 0;
}

#include "malloc/wrappers.h"

static void in_child(void) { tracing = 0; }

void start_tracing(void) {
  size_t (*behind_the_probe)(void) = (size_t (*)(void))dlsym(RTLD_DEFAULT, "matrix_allocator_overhead");
  if (!start_sites()) return;
  overhead = (int64_t)(behind_the_probe ? behind_the_probe() : allocator_overhead(allocator_name()));
  pthread_atfork(NULL, NULL, in_child);
  tracing = 1;
}

void mark_tracing(int mark, int64_t iterations) {
  if (mark < 0 || mark >= MARKS) return;
  pthread_mutex_lock(&lock);
  mark_sites(mark, iterations);
  pthread_mutex_unlock(&lock);
}

void stop_tracing(void) { tracing = 0; }
