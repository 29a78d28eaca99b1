#define _GNU_SOURCE
#include "tracer/base/memory.h"

#include <sys/mman.h>

void *map_memory(size_t bytes) {
  void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return at == MAP_FAILED ? NULL : at;
}

void unmap_memory(void *memory, size_t bytes) { munmap(memory, bytes); }
