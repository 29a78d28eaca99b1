/*
 * Which site every live block came from, and what each site has asked for and given back. The memory for both is
 * bounded: when too many blocks are alive, only every second, fourth, … is followed (chosen by its address, so that
 * its free is recognised without looking), and every count stands for that many.
 */
#include "tracer.h"

#include <string.h>

enum { SITES = 1 << 15, SLOTS = SITES * 2, BLOCKS = 1 << 21, MOST_BLOCKS = BLOCKS / 4 * 3 };

struct block { uintptr_t address; uint32_t site, size; };

static struct site *sites; /* sites[0] takes what no longer has room */
static uint32_t *slots, site_count = 1;
static struct block *blocks;
static uint32_t block_count, sampling_shift;
static int64_t iterations_at[MARKS];

int sites_init(void) {
  sites = own_memory(sizeof *sites * SITES);
  slots = own_memory(sizeof *slots * SLOTS);
  blocks = own_memory(sizeof *blocks * BLOCKS);
  return sites && slots && blocks;
}

struct site *sites_all(uint32_t *count) { *count = site_count; return sites; }
int64_t one_in_blocks(void) { return (int64_t)1 << sampling_shift; }
int64_t mark_iterations(int mark) { return iterations_at[mark]; }

static uint64_t mix(uintptr_t address) {
  uint64_t h = (uint64_t)address * 0x9e3779b97f4a7c15ull;
  return h ^ (h >> 29);
}

static int followed(uint64_t hash) { return (hash >> 40 & (((uint64_t)1 << sampling_shift) - 1)) == 0; }

static uint32_t site_here(void) {
  uintptr_t pcs[STACK_DEPTH];
  struct ruby_stack ruby;
  uint64_t hash = 0xcbf29ce484222325ull, slot;
  uint32_t depth = (uint32_t)unwind(pcs, STACK_DEPTH), i;
  ruby_frames_take(&ruby);
  for (i = 0; i < depth; i++) hash = (hash ^ pcs[i]) * 0x9e3779b97f4a7c15ull, hash ^= hash >> 32;
  hash = hash_bytes(hash, ruby.frames, sizeof ruby.frames[0] * ruby.depth);
  hash = hash_bytes(hash, &ruby.script, sizeof ruby.script);
  hash = hash_bytes(hash, &ruby.called, sizeof ruby.called);
  for (slot = hash;; slot++) {
    uint32_t *entry = &slots[slot & (SLOTS - 1)];
    struct site *site;
    if (*entry != 0 && sites[*entry].hash == hash) return *entry;
    if (*entry != 0) continue;
    if (site_count == SITES) return 0;
    site = &sites[site_count];
    site->hash = hash;
    site->depth = depth;
    site->ruby = ruby;
    memcpy(site->pcs, pcs, sizeof *pcs * depth);
    *entry = site_count;
    return site_count++;
  }
}

static void put(uintptr_t address, uint32_t site, int64_t size) {
  uint64_t slot = mix(address);
  while (blocks[slot & (BLOCKS - 1)].address != 0) slot++;
  blocks[slot & (BLOCKS - 1)] =
      (struct block){address, site, size > UINT32_MAX / 16 ? (uint32_t)(UINT32_MAX / 16) : (uint32_t)(size / 8)};
  block_count++;
}

/* Twice as few from here on: what was followed and no longer is, is forgotten, and the rest counts double. */
static void follow_fewer(void) {
  uint32_t i;
  struct block *old = blocks;
  sampling_shift++;
  blocks = own_memory(sizeof *blocks * BLOCKS);
  if (blocks == NULL) { blocks = old; return; }
  block_count = 0;
  for (i = 0; i < BLOCKS; i++) {
    struct block *block = &old[i];
    if (block->address == 0) continue;
    int64_t half = one_in_blocks() / 2, sign = followed(mix(block->address)) ? 1 : -1;
    sites[block->site].now.blocks += sign * half;
    sites[block->site].now.bytes += sign * half * (int64_t)block->size * 8;
    if (sign > 0) put(block->address, block->site, (int64_t)block->size * 8);
  }
  own_memory_back(old, sizeof *blocks * BLOCKS);
}

void site_block_in(uintptr_t block, int64_t usable) {
  struct site *site;
  uint32_t index;
  int64_t weight;
  if (!followed(mix(block))) return;
  if (block_count >= MOST_BLOCKS) {
    follow_fewer();
    if (!followed(mix(block))) return;
  }
  index = site_here();
  site = &sites[index];
  usable = usable / 8 * 8;
  weight = one_in_blocks();
  site->now.allocs += weight;
  site->now.blocks += weight;
  site->now.bytes += weight * usable;
  if (site->size != usable) site->varied += weight;
  site->size = usable;
  put(block, index, usable);
}

void site_block_out(uintptr_t address) {
  uint64_t slot = mix(address), next;
  struct site *site;
  int64_t weight = one_in_blocks();
  if (!followed(slot)) return;
  for (;; slot++) {
    struct block *block = &blocks[slot & (BLOCKS - 1)];
    if (block->address == 0) return; /* born before the tracing began */
    if (block->address == address) break;
  }
  site = &sites[blocks[slot & (BLOCKS - 1)].site];
  site->now.frees += weight;
  site->now.blocks -= weight;
  site->now.bytes -= weight * (int64_t)blocks[slot & (BLOCKS - 1)].size * 8;
  block_count--;
  /* Linear probing without tombstones: what comes behind moves up into the gap. */
  for (next = slot + 1;; next++) {
    struct block *block = &blocks[next & (BLOCKS - 1)];
    uint64_t home;
    if (block->address == 0) break;
    home = mix(block->address) & (BLOCKS - 1);
    if (((next - home) & (BLOCKS - 1)) >= ((next - slot) & (BLOCKS - 1))) {
      blocks[slot & (BLOCKS - 1)] = *block;
      slot = next;
    }
  }
  blocks[slot & (BLOCKS - 1)].address = 0;
}

void sites_mark(int mark, int64_t iterations) {
  uint32_t i;
  iterations_at[mark] = iterations;
  for (i = 0; i < site_count; i++) sites[i].marks[mark] = sites[i].now;
}
