import type { Sample } from '../../domain/measurement/sample.ts';
import { judgedPart, seriesOf, type Series } from './series.ts';
import { decays, stalls } from './shape.ts';
import { leastSquares } from './trend.ts';

/** Factor of the scatter about its line that the rise has to be. */
const CLEAR = 4;
/** Counts come one by one. */
const GRAIN = 1;

/** Fewest checkpoints, fewest blocks or slots more, and the least rate of the second half against the first. */
export interface CountLimits {
  readonly fewestCheckpoints: number;
  readonly fewestMore: number;
  readonly leastRatio: number;
}

/**
 * Tells whether a count of blocks or slots grows in a line through the judged part of a run. Counts have no scatter of
 * their own, so a leak of one object in 1,000 iterations is certain long before its bytes are many.
 * @param counts one reading per checkpoint
 */
export function countCreeps(counts: Series, limits: CountLimits): boolean {
  const window = judgedPart(counts, limits.fewestCheckpoints);
  const line = window.length < limits.fewestCheckpoints ? null : leastSquares(window, GRAIN);
  if (line === null) return false;
  const rise = line.slope * ((window.at(-1)?.x ?? 0) - (window[0]?.x ?? 0));
  if (rise < limits.fewestMore || rise < CLEAR * line.spread) return false;
  return !decays(window, limits.leastRatio, GRAIN) && !stalls(window);
}

/**
 * Calculates the bytes per iteration by which slots or malloc grow where their count creeps: the larger of the two; 0 where
 * neither does.
 * @param samples comparable ones, in order
 */
export function creepingRate(samples: readonly Sample[], limits: CountLimits): number {
  const rates = (
    [
      ['liveSlots', 'slots'],
      ['blocks', 'malloc'],
    ] as const
  )
    .filter(([counts]) => countCreeps(seriesOf(samples, counts), limits))
    .map(
      ([, bytes]) => leastSquares(judgedPart(seriesOf(samples, bytes), limits.fewestCheckpoints))?.slope ?? 0,
    );
  return Math.max(0, ...rates);
}
