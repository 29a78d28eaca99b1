/* The allocator behind this library: found on first use. */
#ifndef MATRIX_NEXT_ALLOCATOR_H
#define MATRIX_NEXT_ALLOCATOR_H

#include <dlfcn.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define UNLIKELY(x) __builtin_expect(!!(x), 0)

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

/* Holds the few blocks that dlsym itself allocates before the real functions are known. */
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

/* File name of the library that the next malloc is in; empty where the loader does not know. */
static const char *allocator_name(void) {
  Dl_info info;
  const char *slash;
  if (!dladdr((void *)next_malloc, &info) || !info.dli_fname) return "";
  slash = strrchr(info.dli_fname, '/');
  return slash ? slash + 1 : info.dli_fname;
}

/*
 * Bytes that an allocator adds to a block's usable size: glibc keeps one word before each block, others keep their data
 * elsewhere. Decided by the allocator's name, since glibc is loaded beside other allocators, too.
 */
static size_t allocator_overhead(const char *name) {
  if (strncmp(name, "libc.so", 7) != 0 && strncmp(name, "libc-2", 6) != 0) return 0;
  return dlsym(RTLD_DEFAULT, "gnu_get_libc_version") ? sizeof(size_t) : 0;
}

#endif
