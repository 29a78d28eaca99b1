/*
 * The live blocks, each with its site. The memory for them is bounded: when too many are alive, only every second, fourth,
 * … is followed and counts as that many.
 */
#ifndef MATRIX_TRACER_LIVE_BLOCKS_H
#define MATRIX_TRACER_LIVE_BLOCKS_H

#include <stdint.h>

struct live_block { uintptr_t address; uint32_t site, words; };

/* Bytes that a block counts as: whole words of eight bytes. */
static inline int64_t block_bytes(const struct live_block *block) { return (int64_t)block->words * 8; }

/* 0 when there is no memory for the table. */
int start_live_blocks(void);

/* Whether this block is followed; decided by its address, so that its free needs no lookup. */
int is_followed(uintptr_t address);

/* How many blocks each followed one counts as. */
int64_t one_in_blocks(void);

/* Whether there is no room for another block: call follow_fewer_blocks then. */
int live_blocks_are_full(void);

/* Follows half as many from here on. Passes each known block to `read`, and whether it is still followed. */
typedef void live_block_reader(const struct live_block *block, int still_followed);
void follow_fewer_blocks(live_block_reader *read);

void add_live_block(uintptr_t address, uint32_t site, int64_t bytes);

/* Removes a block. 0 where it is not known: allocated before tracing began. */
int take_live_block(uintptr_t address, struct live_block *taken);

#endif
