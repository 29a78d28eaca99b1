import { grouped } from '../domain/digits.ts';
import type { Sample } from '../domain/measurement/sample.ts';
import type { Verdict } from '../domain/measurement/verdict.ts';
import { growthOf } from './growth.ts';
import { seriesOf, type Series } from './series/series.ts';

/** Steps between checkpoints that are enough where memory runs out after a few iterations. */
const FEWEST_STEPS = 3;
/** Share of the memory limit that live bytes have to have grown by. */
const SHARE = 0.25;
/** Share of the steps that rise, and the rate of the later half against the earlier. */
const RISING = 0.8;
const RATIO = 0.5;
const CONFIDENCE = 0.95;

function rateOf(series: Series): number {
  const first = series[0];
  const last = series.at(-1);
  return first === undefined || last === undefined || last.x === first.x
    ? 0
    : (last.y - first.y) / (last.x - first.x);
}

/**
 * Counts the steps of a series that rises by a good part of memory, in nearly every step, and as fast at the end as at
 * the start; null for any other.
 */
function stepsOf(series: Series, memoryBytes: number): number | null {
  const steps = series.slice(1).map(({ y }, i) => y - (series[i]?.y ?? y));
  const rise = (series.at(-1)?.y ?? 0) - (series[0]?.y ?? 0);
  if (steps.length < FEWEST_STEPS || rise < memoryBytes * SHARE) return null;
  if (steps.filter((step) => step > 0).length < steps.length * RISING) return null;
  const middle = Math.floor(series.length / 2);
  return rateOf(series.slice(middle)) < RATIO * rateOf(series.slice(0, middle + 1)) ? null : steps.length;
}

/**
 * Counts the steps of what is resident outside of malloc. Other allocators than glibc's map what they hand out, so it has
 * to be memory that no live block explains, too.
 */
function stepsOutside(samples: readonly Sample[], memoryBytes: number): number | null {
  const unexplained = stepsOf(seriesOf(samples, 'held'), memoryBytes);
  return unexplained === null ? null : stepsOf(seriesOf(samples, 'mapped'), memoryBytes);
}

/**
 * Judges a script that used up its memory too soon to be judged as usual: a leak where live memory rose in nearly every
 * step, and as fast at the end as at the start, or resident memory outside of malloc did. Null otherwise: an iteration
 * may just need too much memory at a time.
 */
export function rushVerdict(all: readonly Sample[], memoryBytes: number): Verdict | null {
  // What a long outermost iteration gathers may be freed at its end.
  const samples = all.filter(({ boundary }) => boundary === 'outer');
  const live = stepsOf(seriesOf(samples, 'live'), memoryBytes);
  const steps = live ?? stepsOutside(samples, memoryBytes);
  const growth = growthOf(samples, 0);
  const last = samples.at(-1);
  if (steps === null || growth === null || last === undefined) return null;
  const slots = growth.liveSlots.perIteration;
  return {
    kind: 'leak',
    cause: live === null ? 'outside-malloc' : slots >= 0.5 ? 'objects' : 'native',
    shape: 'linear',
    growth,
    confidence: CONFIDENCE,
    smallestDetectable: Math.max(0, (growth.malloc.high - growth.malloc.low) / 2),
    resident: null,
    evidence: `linear in ${steps} steps through iteration ${grouped(last.iterations)}, when memory was used up`,
  };
}
