#include "tracer/sites/sites.h"

#include <stddef.h>
#include <string.h>

#include "tracer/base/hash.h"
#include "tracer/base/memory.h"
#include "tracer/native/unwind.h"
#include "tracer/sites/live-blocks.h"

enum { SITES = 1 << 15, SLOTS = SITES * 2 };

static struct site *sites; /* sites[0] is for blocks whose site has no room */
static uint32_t *slots, site_count = 1;
static int64_t marked_iterations[MARKS];

int start_sites(void) {
  sites = map_memory(sizeof *sites * SITES);
  slots = map_memory(sizeof *slots * SLOTS);
  return start_live_blocks() && sites && slots;
}

struct site *all_sites(uint32_t *count) { *count = site_count; return sites; }
int64_t iterations_at(int mark) { return marked_iterations[mark]; }

static uint64_t hash_stacks(const uintptr_t *pcs, uint32_t depth, const struct ruby_stack *ruby) {
  uint64_t hash = HASH_START;
  uint32_t i;
  for (i = 0; i < depth; i++) hash = hash_word(hash, pcs[i]);
  hash = hash_bytes(hash, ruby->frames, sizeof ruby->frames[0] * ruby->depth);
  hash = hash_bytes(hash, &ruby->script, sizeof ruby->script);
  return hash_bytes(hash, &ruby->called, sizeof ruby->called);
}

/* Finds the index of the site that is allocating now. */
static uint32_t site_here(void) {
  uintptr_t pcs[STACK_DEPTH];
  struct ruby_stack ruby;
  uint32_t depth = (uint32_t)unwind_stack(pcs, STACK_DEPTH);
  uint64_t hash, slot;
  read_ruby_stack(&ruby);
  hash = hash_stacks(pcs, depth, &ruby);
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

/* Counts a block that is still followed twice, and any other no longer. */
static void recount(const struct live_block *block, int still_followed) {
  int64_t blocks = (still_followed ? 1 : -1) * (one_in_blocks() / 2);
  sites[block->site].now.blocks += blocks;
  sites[block->site].now.bytes += blocks * block_bytes(block);
}

void note_block(uintptr_t block, int64_t usable) {
  struct site *site;
  uint32_t index;
  int64_t weight;
  if (!is_followed(block)) return;
  if (live_blocks_are_full()) {
    follow_fewer_blocks(recount);
    if (!is_followed(block)) return;
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
  add_live_block(block, index, usable);
}

void forget_block(uintptr_t address) {
  struct live_block block;
  struct counters *now;
  int64_t weight = one_in_blocks();
  if (!is_followed(address) || !take_live_block(address, &block)) return;
  now = &sites[block.site].now;
  now->frees += weight;
  now->blocks -= weight;
  now->bytes -= weight * block_bytes(&block);
}

void mark_sites(int mark, int64_t iterations) {
  uint32_t i;
  marked_iterations[mark] = iterations;
  for (i = 0; i < site_count; i++) sites[i].marks[mark] = sites[i].now;
}
