import { judgedPart, type Series } from './series.ts';
import { decays, stalls } from './shape.ts';
import { leastSquares } from './trend.ts';

/** Blocks or slots by which a count has to have risen: a single one more is chance. */
const FEWEST_MORE = 6;
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
  policy: { readonly fewestCheckpoints: number; readonly leastRatio: number },
): boolean {
  const window = judgedPart(counts, policy.fewestCheckpoints);
  const line = window.length < policy.fewestCheckpoints ? null : leastSquares(window, GRAIN);
  if (line === null) return false;
  const rise = line.slope * ((window.at(-1)?.x ?? 0) - (window[0]?.x ?? 0));
  if (rise < FEWEST_MORE || rise < CLEAR * line.spread) return false;
  return !decays(window, policy.leastRatio, GRAIN) && !stalls(window);
}
