import type { Sample } from '../domain/sample.ts';
import type { Cause, Growth } from '../domain/verdict.ts';
import type { Look } from './look.ts';
import { between, reach, seriesOf } from './series.ts';
import { staircaseOf } from './shape.ts';
import { trendOf } from './trend.ts';

/** Objects that are kept hold their blocks: so many slots for each block that is kept make it a leak of objects. */
const SLOTS_PER_BLOCK = 0.04;

/**
 * What grows. Slots that grow along with the blocks: objects. Slots flat: native, unless the memory that
 * Ruby's objects own to themselves (`memsize`, read in confirming runs) grows as fast, as one array or string
 * that is appended to does; then it is an object that grows, not memory that was lost.
 */
export function causeOf(found: Look, growth: Growth, samples: readonly Sample[]): Cause {
  if (found.malloc.kind !== 'leak' && found.slots.kind !== 'leak') return 'outside-malloc';
  if (found.slots.kind === 'leak') {
    const perBlock = growth.liveSlots.perIteration / Math.max(growth.blocks.perIteration, 1e-9);
    const share = (found.slots.trend.slope ?? 0) / Math.max(growth.malloc.perIteration, 1e-9);
    if (perBlock >= SLOTS_PER_BLOCK || share >= 0.04) return 'objects';
  }
  return memsizeShare(samples, growth) >= 0.5 ? 'objects' : 'native';
}

/** Growth of `ObjectSpace.memsize_of_all` as a share of the growth of live bytes; 0 where it was not read. */
function memsizeShare(samples: readonly Sample[], growth: Growth): number {
  const series = seriesOf(samples, 'memsize');
  const last = reach(series);
  const stairs = staircaseOf(series);
  const trend = trendOf(between(series, last / 2, last), 'mean');
  const slope = stairs?.slope ?? trend?.slope ?? 0;
  return growth.malloc.perIteration > 0 ? slope / growth.malloc.perIteration : 0;
}
