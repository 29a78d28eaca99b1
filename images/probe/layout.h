/*
 * The memory that the probe, inside the measured process, shares with the supervisor outside of it: plain words, which the
 * supervisor reads while the script waits at a checkpoint, so that reading disturbs nothing. Host byte order; both sides
 * are compiled in the same image.
 */
#ifndef MATRIX_LAYOUT_H
#define MATRIX_LAYOUT_H

#include <stdint.h>

#define MATRIX_MAGIC 0x4d41545249583031ull /* "MATRIX01" */

/* Classes of usable block sizes: exact in steps of 16 up to 1,032 bytes, then four per power of two. */
#define MATRIX_CLASSES 192

/* Blocks of this many usable bytes or more count separately: a table that doubles consists of a few of them. */
#define MATRIX_LARGE 32768

/*
 * Ruby's collector marks with a stack of chunks of 501 words (gc.c, every version since 2.1) and keeps some for the next
 * collection: how many says nothing about what the script keeps. Blocks of that size count separately.
 */
#define MATRIX_MARK_CHUNK (501 * sizeof(void *))

struct matrix_counters {
  int64_t bytes;       /* usable bytes of live blocks, without pages of Ruby's heap */
  int64_t handed_out;  /* usable bytes of all blocks that were ever allocated */
  int64_t allocs;      /* blocks that were ever allocated */
  int64_t frees;       /* blocks that were ever freed */
  int64_t page_bytes;  /* usable bytes of live blocks that are pages of Ruby's heap */
  int64_t page_blocks; /* how many of them */
  int64_t large_bytes; /* usable bytes of live blocks of MATRIX_LARGE bytes and more: tables, buffers */
  int64_t large_blocks; /* how many of them */
  int64_t mark_blocks; /* live blocks of the size of a chunk of the mark stack */
  int64_t live[MATRIX_CLASSES];
};

struct matrix_shared {
  uint64_t magic;
  int64_t owner;      /* pid of the one process that is counted; 0 until the probe has loaded */
  uint64_t overhead;  /* bytes that the allocator adds to every block's usable size */
  uint64_t trim_asked; /* raised by the supervisor: the next malloc of the main thread trims first */
  uint64_t trim_done;
  char allocator[128]; /* file name of the library that owns the next malloc */
  char padding[64];
  struct matrix_counters main_thread; /* written by the main thread alone: plain additions */
  char padding2[64];
  struct matrix_counters others; /* written by all other threads: atomic additions */
  int64_t uncounted_bytes; /* bytes that glibc had in use beyond the counted ones, after the last trim */
  int64_t knows_uncounted; /* whether glibc tells what it has in use */
  char padding3[64];
  int64_t peak_bytes; /* most live bytes since the supervisor last set it; threads may overlook each other's */
};

/* Live blocks, without pages of Ruby's heap. */
static inline int64_t matrix_live_blocks(const struct matrix_shared *s) {
  return s->main_thread.allocs + s->others.allocs - s->main_thread.frees - s->others.frees;
}

/* Their bytes, with what the allocator adds to each. */
static inline int64_t matrix_live_bytes(const struct matrix_shared *s) {
  return s->main_thread.bytes + s->others.bytes + matrix_live_blocks(s) * (int64_t)s->overhead;
}

/* Bytes of the pages of Ruby's heap, likewise. */
static inline int64_t matrix_page_bytes(const struct matrix_shared *s) {
  int64_t pages = s->main_thread.page_blocks + s->others.page_blocks;
  return s->main_thread.page_bytes + s->others.page_bytes + pages * (int64_t)s->overhead;
}

static inline int matrix_class(uint64_t usable) {
  int log2;
  if (usable <= 1032) return (int)((usable + 8) >> 4);
  log2 = 63 - __builtin_clzll(usable);
  if (log2 > 40) log2 = 40;
  return 66 + (log2 - 10) * 4 + (int)((usable >> (log2 - 2)) & 3);
}

/* The usable size that a class stands for: exact for glibc's small blocks, else its lower bound. */
static inline uint64_t matrix_class_bytes(int c) {
  if (c < 66) return c == 0 ? 0 : (uint64_t)c * 16 - 8;
  return (uint64_t)(4 + ((c - 66) & 3)) << ((c - 66) / 4 + 10 - 2);
}

#endif
