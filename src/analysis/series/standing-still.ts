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
