/**
 * Bytes of a block of the collector's mark stack as malloc counts it in use: 501 words of eight bytes and malloc's own
 * word. On 32 bits it has half of that.
 */
export const MARK_CHUNK_BYTES = 4_016;

/** Slots that one chunk holds, with some room. */
const SLOTS_PER_CHUNK = 450;
/** Chunks that may come and go by chance. */
const LOOSE = 16;

/** Calculates how many chunks marking may have added while so many more slots came to be live. */
export const mostMarkChunks = (slots: number): number => LOOSE + Math.max(0, slots) / SLOTS_PER_CHUNK;
