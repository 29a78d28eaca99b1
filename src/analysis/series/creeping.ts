import type { Sample } from '../../domain/measurement/sample.ts';
import { worthARate, type Policy } from '../policy.ts';
import { judgedPart, lastIteration, seriesOf, type Series } from './series.ts';
import { decays, stalls } from './shape.ts';
import { leastSquares } from './trend.ts';

/** Factor of the scatter about its line that the rise has to be. */
const CLEAR = 4;

/** Counts come one by one. */
const GRAIN = 1;

/**
 * Tells whether a count of blocks or slots grows in a line through the judged part of a run. Counts have no scatter of
 * their own, so a leak of one object in 1,000 iterations is certain long before its bytes are many.
 * @param counts one reading per checkpoint
 */
export function countCreeps(
  counts: Series,
  policy: Pick<Policy, 'fewestCheckpoints' | 'fewestMore' | 'leastRatio'>,
): boolean {
  const window = judgedPart(counts, policy.fewestCheckpoints);
  const line = window.length < policy.fewestCheckpoints ? null : leastSquares(window, GRAIN);
  if (line === null) return false;
  const rise = line.slope * ((window.at(-1)?.x ?? 0) - (window[0]?.x ?? 0));
  if (rise < policy.fewestMore || rise < CLEAR * line.spread) return false;
  return !decays(window, policy.leastRatio, GRAIN) && !stalls(window);
}

/**
 * Tells whether the count of slots or of blocks creeps, by bytes that are worth waiting for.
 * @param samples comparable ones, in order
 */
export function creeps(samples: readonly Sample[], policy: Policy): boolean {
  return (['slots', 'malloc'] as const).some((bytes) => {
    const counts = seriesOf(samples, bytes === 'slots' ? 'liveSlots' : 'blocks');
    if (!countCreeps(counts, policy)) return false;
    const microseconds = ((samples.at(-1)?.loopMs ?? 0) * 1e3) / lastIteration(counts);
    const line = leastSquares(judgedPart(seriesOf(samples, bytes), policy.fewestCheckpoints));
    return line !== null && line.slope >= worthARate(policy, microseconds);
  });
}
