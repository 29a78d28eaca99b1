#ifndef MATRIX_TRACER_HASH_H
#define MATRIX_TRACER_HASH_H

#include <stddef.h>
#include <stdint.h>

#define HASH_START 0xcbf29ce484222325ull
#define GOLDEN_RATIO 0x9e3779b97f4a7c15ull

/* FNV-1a, continuing from `hash`. */
static inline uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t length) {
  const uint8_t *at = bytes;
  while (length-- > 0) hash = (hash ^ *at++) * 0x100000001b3ull;
  return hash;
}

/* Continues with one word, by one multiplication instead of eight. */
static inline uint64_t hash_word(uint64_t hash, uint64_t word) {
  hash = (hash ^ word) * GOLDEN_RATIO;
  return hash ^ (hash >> 32);
}

/* Spreads an address, whose lowest bits are always the same. */
static inline uint64_t hash_address(uintptr_t address) {
  uint64_t hash = (uint64_t)address * GOLDEN_RATIO;
  return hash ^ (hash >> 29);
}

#endif
