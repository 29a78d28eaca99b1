#include "tracer/sites/live-blocks.h"

#include <stddef.h>

#include "tracer/base/hash.h"
#include "tracer/base/memory.h"

enum { BLOCKS = 1 << 21, MOST_BLOCKS = BLOCKS / 4 * 3 };

static struct live_block *blocks;
static uint32_t block_count, sampling_shift;

static struct live_block *entry(uint64_t slot) { return &blocks[slot & (BLOCKS - 1)]; }

int start_live_blocks(void) { return (blocks = map_memory(sizeof *blocks * BLOCKS)) != NULL; }

int64_t one_in_blocks(void) { return (int64_t)1 << sampling_shift; }

int is_followed(uintptr_t address) {
  return (hash_address(address) >> 40 & (((uint64_t)1 << sampling_shift) - 1)) == 0;
}

int live_blocks_are_full(void) { return block_count >= MOST_BLOCKS; }

void add_live_block(uintptr_t address, uint32_t site, int64_t bytes) {
  uint64_t slot = hash_address(address);
  while (entry(slot)->address != 0) slot++;
  *entry(slot) = (struct live_block){address, site, bytes > UINT32_MAX / 16 ? UINT32_MAX / 16 : (uint32_t)(bytes / 8)};
  block_count++;
}

void follow_fewer_blocks(live_block_reader *read) {
  uint32_t i;
  struct live_block *old = blocks;
  sampling_shift++;
  blocks = map_memory(sizeof *blocks * BLOCKS);
  if (blocks == NULL) { blocks = old; return; }
  block_count = 0;
  for (i = 0; i < BLOCKS; i++) {
    int still_followed;
    if (old[i].address == 0) continue;
    still_followed = is_followed(old[i].address);
    read(&old[i], still_followed);
    if (still_followed) add_live_block(old[i].address, old[i].site, block_bytes(&old[i]));
  }
  unmap_memory(old, sizeof *blocks * BLOCKS);
}

int take_live_block(uintptr_t address, struct live_block *taken) {
  uint64_t slot = hash_address(address), next;
  while (entry(slot)->address != address) {
    if (entry(slot)->address == 0) return 0;
    slot++;
  }
  *taken = *entry(slot);
  block_count--;
  /* Linear probing without tombstones: later entries move up into the gap. */
  for (next = slot + 1; entry(next)->address != 0; next++) {
    uint64_t home = hash_address(entry(next)->address) & (BLOCKS - 1);
    if (((next - home) & (BLOCKS - 1)) >= ((next - slot) & (BLOCKS - 1))) {
      *entry(slot) = *entry(next);
      slot = next;
    }
  }
  entry(slot)->address = 0;
  return 1;
}
