import type { Sample } from '../../domain/measurement/sample.ts';

/**
 * Counts the iterations up to the last checkpoint in which nothing at all moved: neither live bytes nor blocks nor
 * objects, by not so much as one. 0 where the last checkpoint differs from the one before.
 * @param samples comparable ones, in order
 */
export function iterationsStandingStill(samples: readonly Sample[]): number {
  const last = samples.at(-1);
  if (last === undefined) return 0;
  const moved = samples.findLastIndex(
    ({ mallocBytes, mallocBlocks, liveSlots }) =>
      mallocBytes !== last.mallocBytes || mallocBlocks !== last.mallocBlocks || liveSlots !== last.liveSlots,
  );
  return last.iterations - (samples[moved + 1]?.iterations ?? last.iterations);
}

const FEWEST_STANDING = 3;
/** A change of this many blocks or slots counts as none. */
const STILL = 16;
/** Share of the readings that have to stand: threads that still work at some of them have yet to take what they keep. */
const MOST = 0.75;

/**
 * Tells whether the numbers of blocks and objects stayed the same throughout the last two thirds, between outermost
 * iterations. Kept objects would raise the highest reading above the ones before it; lower ones are no growth.
 */
export function countsStandStill(samples: readonly Sample[]): boolean {
  const last = samples.at(-1)?.iterations ?? 0;
  const late = samples.filter(({ iterations, boundary }) => boundary === 'outer' && iterations >= last / 3);
  const blocks = Math.max(...late.map(({ mallocBlocks }) => mallocBlocks));
  const slots = Math.max(...late.map(({ liveSlots }) => liveSlots));
  const standing = late.filter(
    ({ mallocBlocks, liveSlots }) => mallocBlocks >= blocks - STILL && liveSlots >= slots - STILL,
  );
  return standing.length >= Math.max(FEWEST_STANDING, MOST * late.length);
}
