import type { BlockHistogram, Sample } from '../domain/sample.ts';
import type { BlockSizeGrowth } from '../domain/record.ts';
import type { Growth, Slope } from '../domain/verdict.ts';
import { between, reach, seriesOf, type SeriesName } from './series.ts';
import { shareRising, staircaseOf } from './shape.ts';
import { trendOf } from './trend.ts';

type Unit = Slope['unit'];

function slopeOf(samples: readonly Sample[], name: SeriesName, unit: Unit): Slope | null {
  const series = seriesOf(samples, name);
  const last = reach(series);
  const grain = unit === 'bytes' ? 48 : 1;
  const window = between(series, last / 2, last);
  const trends = (['mean', 'lowest', 'highest'] as const)
    .map((pick) => trendOf(window, pick, grain))
    .filter((one) => one !== null);
  const trend = trends.sort((a, b) => a.high - a.low - (b.high - b.low))[0];
  return trend === undefined ? null : { perIteration: trend.slope, low: trend.low, high: trend.high, unit };
}

const NONE = (unit: Unit): Slope => ({ perIteration: 0, low: 0, high: 0, unit });

/**
 * Slopes of every series over the second half of the run. Null before there is anything to fit. A series that
 * grows in doubling steps is fitted over five octaves instead, with an interval as wide as its steps.
 */
export function growthOf(samples: readonly Sample[]): Growth | null {
  const live = slopeOf(samples, 'live', 'bytes');
  if (live === null) return null;
  const malloc = seriesOf(samples, 'malloc');
  const stairs = staircaseOf(malloc);
  const isStaircase =
    stairs !== null && shareRising(between(malloc, reach(malloc) / 2, reach(malloc))) < 0.75;
  const slots = slopeOf(samples, 'slots', 'bytes')?.perIteration ?? 0;
  return {
    malloc: isStaircase
      ? {
          perIteration: stairs.slope + slots,
          low: stairs.low + slots,
          high: stairs.high + slots,
          unit: 'bytes',
        }
      : live,
    blocks: slopeOf(samples, 'blocks', 'blocks') ?? NONE('blocks'),
    liveSlots: slopeOf(samples, 'liveSlots', 'slots') ?? NONE('slots'),
    heap: slopeOf(samples, 'heap', 'bytes'),
    rss: slopeOf(samples, 'rss', 'bytes'),
    pss: slopeOf(samples, 'pss', 'bytes'),
  };
}

/**
 * The block sizes whose number grows, the largest share of bytes first: between the last histogram and the
 * one nearest to half as many iterations. Sizes that make up less than a hundredth are left out.
 */
export function growingSizes(histograms: readonly BlockHistogram[]): readonly BlockSizeGrowth[] {
  const last = histograms.at(-1);
  const earlier = last && histograms.findLast((one) => one.iterations <= last.iterations / 2);
  if (last === undefined || earlier === undefined || last.iterations === earlier.iterations) return [];
  const before = new Map(earlier.sizes);
  const grown = last.sizes
    .map(([bytes, count]) => ({
      bytes,
      perIteration: (count - (before.get(bytes) ?? 0)) / (last.iterations - earlier.iterations),
    }))
    .filter(({ perIteration }) => perIteration > 0);
  const total = grown.reduce((sum, { bytes, perIteration }) => sum + bytes * perIteration, 0);
  return grown
    .filter(({ bytes, perIteration }) => bytes * perIteration > total / 100 && perIteration > 1e-4)
    .sort((a, b) => b.bytes * b.perIteration - a.bytes * a.perIteration)
    .slice(0, 8);
}
