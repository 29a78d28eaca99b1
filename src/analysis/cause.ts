import type { Sample } from '../domain/measurement/sample.ts';
import type { Cause, Growth } from '../domain/measurement/verdict.ts';
import type { Assessment } from './assess.ts';
import { between, lastIteration, seriesOf, type Series } from './series/series.ts';
import { trendOf } from './series/trend.ts';

/** Kept objects own their blocks: with this many slots per kept block it is a leak of objects. */
const SLOTS_PER_BLOCK = 0.04;
/** One kept object in two iterations makes it a leak of objects, however many blocks each owns. */
const SLOTS_PER_ITERATION = 0.5;

/**
 * Decides what grows. Slots that grow with the blocks: objects. Flat slots: native, unless the memory that
 * Ruby attributes to its objects (`memsize`, read in confirming runs) grows as fast: then one object grows,
 * such as an array or string that is appended to.
 */
export function causeOf(found: Assessment, growth: Growth, samples: readonly Sample[]): Cause {
  if (found.malloc.kind !== 'leak' && found.slots.kind !== 'leak') return 'outside-malloc';
  if (found.slots.kind === 'leak') {
    const perBlock = growth.liveSlots.perIteration / Math.max(growth.blocks.perIteration, 1e-9);
    const share = (found.slots.trend.slope ?? 0) / Math.max(growth.malloc.perIteration, 1e-9);
    if (growth.liveSlots.perIteration >= SLOTS_PER_ITERATION || perBlock >= SLOTS_PER_BLOCK || share >= 0.04)
      return 'objects';
  }
  return memsizeShare(found, samples, growth) >= 0.5 ? 'objects' : 'native';
}

/**
 * Calculates the growth of `ObjectSpace.memsize_of_all` as a share of that of live bytes; 0 where it was not
 * read.
 */
function memsizeShare(found: Assessment, samples: readonly Sample[], growth: Growth): number {
  const series = seriesOf(samples, 'memsize');
  const last = lastIteration(series);
  if (found.malloc.kind === 'leak' && found.malloc.staircase) {
    // Both grow in the same few steps, so their totals are compared.
    const live = riseOf(between(seriesOf(samples, 'live'), last / 32, last));
    return live > 0 ? riseOf(between(series, last / 32, last)) / live : 0;
  }
  const trend = trendOf(between(series, last / 2, last), 'mean');
  return growth.malloc.perIteration > 0 ? (trend?.slope ?? 0) / growth.malloc.perIteration : 0;
}

const riseOf = (series: Series): number => (series.at(-1)?.y ?? 0) - (series[0]?.y ?? 0);
