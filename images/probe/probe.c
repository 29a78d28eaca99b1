/*
 * The probe: an LD_PRELOAD library that counts live malloc blocks and bytes of one process.
 *
 * It finds the next allocator with dlsym(RTLD_NEXT), so it works over glibc, jemalloc, tcmalloc and musl, and never changes
 * what they do. It counts usable bytes: what the allocator reserved, not what was requested. Only the process that the
 * supervisor started is counted: a forked child counts into a dummy, and a program that the script starts finds that
 * another process owns the mapping.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "malloc/next-allocator.h"
#include "probe/heap-pages.h"
#include "probe/layout.h"

static struct matrix_shared dummy;
static struct matrix_shared *shared = &dummy;
static __thread int on_main __attribute__((tls_model("initial-exec")));

static void count_page(struct matrix_shared *s, int64_t bytes, int64_t blocks) {
  __sync_fetch_and_add(&s->others.page_bytes, bytes);
  __sync_fetch_and_add(&s->others.page_blocks, blocks);
}

/* Keeps the most bytes that were alive at a time: a comparison per block, a store only where it rises. */
static inline void note_peak(struct matrix_shared *s) {
  int64_t bytes = *(volatile int64_t *)&s->main_thread.bytes + *(volatile int64_t *)&s->others.bytes;
  if (UNLIKELY(bytes > *(volatile int64_t *)&s->peak_bytes)) *(volatile int64_t *)&s->peak_bytes = bytes;
}

static void count_large(struct matrix_shared *s, int64_t bytes, int64_t blocks) {
  __sync_fetch_and_add(&s->others.large_bytes, bytes);
  __sync_fetch_and_add(&s->others.large_blocks, blocks);
}

/* Such blocks are rare, so all threads may use atomic additions. */
static inline void count_special(struct matrix_shared *s, size_t usable, int64_t sign) {
  if (UNLIKELY(usable >= MATRIX_LARGE)) count_large(s, sign * (int64_t)usable, sign);
  else if (UNLIKELY(usable == MATRIX_MARK_CHUNK)) __sync_fetch_and_add(&s->others.mark_blocks, sign);
}

/* Only the main thread, which makes most calls, writes its counters: they need no atomic additions. */
static inline void block_in(void *p) {
  struct matrix_shared *s = shared;
  size_t usable = next_usable(p);
  if (on_main) {
    s->main_thread.bytes += (int64_t)usable;
    s->main_thread.handed_out += (int64_t)usable;
    s->main_thread.allocs++;
    s->main_thread.live[matrix_class(usable)]++;
  } else {
    __sync_fetch_and_add(&s->others.bytes, (int64_t)usable);
    __sync_fetch_and_add(&s->others.handed_out, (int64_t)usable);
    __sync_fetch_and_add(&s->others.allocs, 1);
    __sync_fetch_and_add(&s->others.live[matrix_class(usable)], 1);
  }
  count_special(s, usable, 1);
  note_peak(s);
}

static void page_in(void *p) {
  if (note_heap_page((uintptr_t)p)) count_page(shared, (int64_t)next_usable(p), 1);
  else block_in(p);
}

static inline void block_out(void *p, size_t usable) {
  struct matrix_shared *s = shared;
  if (UNLIKELY(forget_heap_page((uintptr_t)p))) { count_page(s, -(int64_t)usable, -1); return; }
  if (on_main) {
    s->main_thread.bytes -= (int64_t)usable;
    s->main_thread.frees++;
    s->main_thread.live[matrix_class(usable)]--;
  } else {
    __sync_fetch_and_sub(&s->others.bytes, (int64_t)usable);
    __sync_fetch_and_add(&s->others.frees, 1);
    __sync_fetch_and_sub(&s->others.live[matrix_class(usable)], 1);
  }
  count_special(s, usable, -1);
}

static int (*mallctl)(const char *, void *, size_t *, void *, size_t); /* jemalloc's */
static void (*release_free_memory)(void); /* tcmalloc's */

/*
 * Finds what allocators have instead of malloc_trim. Not while malloc itself is being found: a missing name makes dlsym
 * allocate an error text, in an early block, which no allocator's malloc_usable_size knows.
 */
static void find_trims(void) {
  mallctl = (int (*)(const char *, void *, size_t *, void *, size_t))dlsym(RTLD_DEFAULT, "mallctl");
  release_free_memory = (void (*)(void))dlsym(RTLD_DEFAULT, "MallocExtension_ReleaseFreeMemory");
}

/* Makes the allocator return unused memory to the kernel; 4096 means all arenas of jemalloc. */
static void trim(void) {
  if (mallctl) mallctl("arena.4096.purge", NULL, NULL, NULL, 0);
  if (release_free_memory) release_free_memory();
  if (next_trim) next_trim(0);
}

/* As in malloc.h: old C libraries know the first only, whose numbers are the lower 32 bits. */
struct totals_32 { int arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost; };
struct totals { size_t arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost; };
static struct totals_32 (*mallinfo_32)(void);
static struct totals (*mallinfo)(void);

/* Finds how glibc tells what it has in use, in glibc itself: tcmalloc has functions of the same names. */
static void find_totals(void) {
  void *libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
  if (!libc) return;
  mallinfo = (struct totals (*)(void))dlsym(libc, "mallinfo2");
  if (!mallinfo) mallinfo_32 = (struct totals_32 (*)(void))dlsym(libc, "mallinfo");
}

/*
 * Compares what glibc has in use (its caches of freed blocks included) with the blocks counted here: a script that calls
 * glibc's malloc by its address takes memory that no counter sees. Beside another allocator, whose blocks are the counted
 * ones, all that glibc has in use is uncounted.
 */
static void compare_with_totals(struct matrix_shared *s) {
  int64_t counted = s->overhead == 0 ? 0 : matrix_live_bytes(s) + matrix_page_bytes(s);
  if (mallinfo) {
    struct totals now = mallinfo();
    s->uncounted_bytes = (int64_t)(now.uordblks + now.hblkhd) - counted;
  } else if (mallinfo_32) {
    struct totals_32 now = mallinfo_32();
    s->uncounted_bytes = (int32_t)((uint32_t)now.uordblks + (uint32_t)now.hblkhd - (uint32_t)counted);
  }
}

/* Trims where the supervisor has requested it, at a checkpoint: only the process itself can. */
static inline void before_malloc(void) {
  struct matrix_shared *s = shared;
  uint64_t asked = *(volatile uint64_t *)&s->trim_asked;
  if (UNLIKELY(asked != s->trim_done) && on_main) {
    s->trim_done = asked;
    trim();
    compare_with_totals(s);
  }
}

#include "malloc/wrappers.h"

/* A forked child has memory of its own, which is not measured. */
static void in_child(void) {
  shared = &dummy;
  unlock_heap_pages(); /* a thread that is not in the child may have held it */
}

/* Called by the tracer, which is in front of the probe and would take the probe for the allocator. */
EXPORTED size_t matrix_allocator_overhead(void) {
  return allocator_overhead(allocator_name());
}

static void name_allocator(struct matrix_shared *s) {
  const char *name = allocator_name();
  strncpy(s->allocator, name, sizeof s->allocator - 1);
  s->overhead = allocator_overhead(name);
}

__attribute__((constructor)) static void attach(void) {
  const char *path = getenv("MATRIX_PROBE");
  struct matrix_shared *s;
  int fd;
  if (!ready() || !path) return;
  fd = open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0) return;
  s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (s == MAP_FAILED) return;
  if (!__sync_bool_compare_and_swap(&s->owner, 0, (int64_t)getpid()) && s->owner != (int64_t)getpid()) {
    munmap(s, sizeof *s); /* a program that the script started: it is not counted */
    return;
  }
  name_allocator(s);
  find_trims();
  find_totals();
  s->knows_uncounted = mallinfo || mallinfo_32;
  pthread_atfork(NULL, NULL, in_child);
  on_main = 1;
  s->magic = MATRIX_MAGIC;
  shared = s;
}
