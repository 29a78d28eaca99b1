/*
 * The probe: an LD_PRELOAD library that counts live malloc blocks and bytes of one process.
 *
 * It resolves the next allocator with dlsym(RTLD_NEXT), so it works over glibc, jemalloc, tcmalloc and musl,
 * and never changes what they do. It counts usable bytes: what the allocator set aside, not what was asked
 * for. Only the process that the supervisor started is counted: a forked child counts into a dummy, and a
 * program that the script starts finds the mapping owned by somebody else.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "layout.h"

#define UNLIKELY(x) __builtin_expect(!!(x), 0)

static struct matrix_shared dummy;
static struct matrix_shared *shared = &dummy;
static __thread int on_main __attribute__((tls_model("initial-exec")));

static void *(*next_malloc)(size_t);
static void *(*next_calloc)(size_t, size_t);
static void *(*next_realloc)(void *, size_t);
static void (*next_free)(void *);
static int (*next_posix_memalign)(void **, size_t, size_t);
static void *(*next_memalign)(size_t, size_t);
static void *(*next_aligned_alloc)(size_t, size_t);
static void *(*next_valloc)(size_t);
static size_t (*next_usable)(void *);
static int (*next_trim)(size_t);

/* dlsym itself may call calloc or malloc before the real ones are known: those few blocks live here. */
static char early[64 * 1024] __attribute__((aligned(16)));
static size_t early_used;

static int is_early(const void *p) { return (const char *)p >= early && (const char *)p < early + sizeof early; }

static void *early_alloc(size_t size) {
  size_t need = (size + 15) & ~(size_t)15, at = __sync_fetch_and_add(&early_used, need + 16);
  if (at + need + 16 > sizeof early) return NULL;
  *(size_t *)(void *)(early + at) = need;
  return early + at + 16;
}

static void resolve(void) {
  static int resolving;
  if (next_malloc || __sync_lock_test_and_set(&resolving, 1)) return;
  next_calloc = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "calloc");
  next_realloc = (void *(*)(void *, size_t))dlsym(RTLD_NEXT, "realloc");
  next_free = (void (*)(void *))dlsym(RTLD_NEXT, "free");
  next_posix_memalign = (int (*)(void **, size_t, size_t))dlsym(RTLD_NEXT, "posix_memalign");
  next_memalign = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "memalign");
  next_aligned_alloc = (void *(*)(size_t, size_t))dlsym(RTLD_NEXT, "aligned_alloc");
  next_valloc = (void *(*)(size_t))dlsym(RTLD_NEXT, "valloc");
  next_usable = (size_t (*)(void *))dlsym(RTLD_NEXT, "malloc_usable_size");
  next_trim = (int (*)(size_t))dlsym(RTLD_NEXT, "malloc_trim");
  __sync_synchronize();
  next_malloc = (void *(*)(size_t))dlsym(RTLD_NEXT, "malloc");
}

static int ready(void) {
  if (UNLIKELY(!next_malloc)) resolve();
  return next_malloc != NULL;
}

/*
 * Ruby up to 3.0 takes the pages of its heap from posix_memalign: 16 KiB at a multiple of 16 KiB. They come
 * in bursts and stay, so they would put a staircase on the bytes that matter; they are counted apart. The
 * test looks at the block alone, so a block is classed the same when it comes and when it goes.
 */
static int is_heap_page(const void *p, size_t usable) {
  uintptr_t at = (uintptr_t)p;
  if (UNLIKELY((at & 0x3fff) == 0)) {
    if (usable >= 16384 - 64 && usable <= 16384 + 32) return 1;
    if ((at & 0xffff) == 0 && usable >= 65536 - 64 && usable <= 65536 + 32) return 1;
  }
  return 0;
}

static void count_page(struct matrix_shared *s, int64_t bytes, int64_t blocks) {
  __sync_fetch_and_add(&s->others.page_bytes, bytes);
  __sync_fetch_and_add(&s->others.page_blocks, blocks);
}

/* The main thread owns its counters, so it adds without a lock prefix: that is most of a script's calls. */
static void count_in(void *p) {
  struct matrix_shared *s = shared;
  size_t usable = next_usable(p);
  if (UNLIKELY(is_heap_page(p, usable))) { count_page(s, (int64_t)usable, 1); return; }
  if (on_main) {
    s->main_thread.bytes += (int64_t)usable;
    s->main_thread.allocs++;
    s->main_thread.live[matrix_class(usable)]++;
  } else {
    __sync_fetch_and_add(&s->others.bytes, (int64_t)usable);
    __sync_fetch_and_add(&s->others.allocs, 1);
    __sync_fetch_and_add(&s->others.live[matrix_class(usable)], 1);
  }
}

static void count_out(void *p, size_t usable) {
  struct matrix_shared *s = shared;
  if (UNLIKELY(is_heap_page(p, usable))) { count_page(s, -(int64_t)usable, -1); return; }
  if (on_main) {
    s->main_thread.bytes -= (int64_t)usable;
    s->main_thread.frees++;
    s->main_thread.live[matrix_class(usable)]--;
  } else {
    __sync_fetch_and_sub(&s->others.bytes, (int64_t)usable);
    __sync_fetch_and_add(&s->others.frees, 1);
    __sync_fetch_and_sub(&s->others.live[matrix_class(usable)], 1);
  }
}

/* The supervisor asks for a trim while the script waits at a checkpoint; only the process itself can do it. */
static void trim_if_asked(void) {
  struct matrix_shared *s = shared;
  uint64_t asked = *(volatile uint64_t *)&s->trim_asked;
  if (UNLIKELY(asked != s->trim_done) && on_main) {
    s->trim_done = asked;
    if (next_trim) next_trim(0);
  }
}

void *malloc(size_t size) {
  void *p;
  if (UNLIKELY(!ready())) return early_alloc(size);
  trim_if_asked();
  p = next_malloc(size);
  if (p) count_in(p);
  return p;
}

void *calloc(size_t n, size_t size) {
  void *p;
  if (UNLIKELY(!ready())) {
    if (size && n > SIZE_MAX / size) return NULL;
    return early_alloc(n * size); /* static memory is zero */
  }
  p = next_calloc(n, size);
  if (p) count_in(p);
  return p;
}

void free(void *p) {
  int saved;
  if (!p || UNLIKELY(is_early(p)) || UNLIKELY(!ready())) return;
  saved = errno; /* free must not change errno, and dlsym'd helpers might */
  count_out(p, next_usable(p));
  next_free(p);
  errno = saved;
}

void *realloc(void *p, size_t size) {
  void *q;
  size_t before;
  if (!p) return malloc(size);
  if (UNLIKELY(is_early(p))) {
    size_t had = *(size_t *)(void *)((char *)p - 16);
    q = malloc(size);
    if (q) memcpy(q, p, had < size ? had : size);
    return q;
  }
  if (UNLIKELY(!ready())) return NULL;
  before = next_usable(p);
  /* The old block's counters are taken back first: after a realloc its address may not be read any more. */
  count_out(p, before);
  q = next_realloc(p, size);
  if (q) count_in(q);
  else if (size != 0) count_in(p); /* failed: the old block still stands */
  return q;
}

void *reallocarray(void *p, size_t n, size_t size) {
  if (size && n > SIZE_MAX / size) { errno = ENOMEM; return NULL; }
  return realloc(p, n * size);
}

int posix_memalign(void **out, size_t alignment, size_t size) {
  int status;
  if (UNLIKELY(!ready())) return ENOMEM;
  status = next_posix_memalign(out, alignment, size);
  if (status == 0 && *out) count_in(*out);
  return status;
}

void *memalign(size_t alignment, size_t size) {
  void *p;
  if (UNLIKELY(!ready()) || !next_memalign) { errno = ENOMEM; return NULL; }
  p = next_memalign(alignment, size);
  if (p) count_in(p);
  return p;
}

void *aligned_alloc(size_t alignment, size_t size) {
  void *p;
  if (UNLIKELY(!ready()) || !next_aligned_alloc) { errno = ENOMEM; return NULL; }
  p = next_aligned_alloc(alignment, size);
  if (p) count_in(p);
  return p;
}

void *valloc(size_t size) {
  void *p;
  if (UNLIKELY(!ready()) || !next_valloc) { errno = ENOMEM; return NULL; }
  p = next_valloc(size);
  if (p) count_in(p);
  return p;
}

/* A forked child has its own memory: what it does there is not the measured process's. */
static void in_child(void) { shared = &dummy; }

static void name_allocator(struct matrix_shared *s) {
  Dl_info info;
  if (dladdr((void *)next_malloc, &info) && info.dli_fname) {
    const char *slash = strrchr(info.dli_fname, '/');
    const char *name = slash ? slash + 1 : info.dli_fname;
    strncpy(s->allocator, name, sizeof s->allocator - 1);
  }
  /* glibc keeps one word before each block; others keep their books elsewhere. */
  s->overhead = strncmp(s->allocator, "libc.so", 7) == 0 || strncmp(s->allocator, "libc-2", 6) == 0
                    ? (dlsym(RTLD_DEFAULT, "gnu_get_libc_version") ? sizeof(size_t) : 0)
                    : 0;
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
    munmap(s, sizeof *s); /* a program that the script started: not ours to count */
    return;
  }
  name_allocator(s);
  pthread_atfork(NULL, NULL, in_child);
  on_main = 1;
  s->magic = MATRIX_MAGIC;
  shared = s;
}
