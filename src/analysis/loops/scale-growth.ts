import type { Sample } from '../../domain/measurement/sample.ts';
import type { Growth, Slope, Verdict } from '../../domain/measurement/verdict.ts';
import { iterationsOf } from './counts.ts';
import type { StretchVerdict } from './judge-stretch.ts';

const scaledSlope = <T extends Slope | null>(slope: T, factor: number): T =>
  slope === null
    ? slope
    : {
        ...slope,
        perIteration: slope.perIteration * factor,
        low: slope.low * factor,
        high: slope.high * factor,
      };

/** Converts growth to another loop, one iteration of which takes `factor` iterations of the first. */
export const scaleGrowth = (growth: Growth, factor: number): Growth =>
  factor === 1
    ? growth
    : {
        malloc: scaledSlope(growth.malloc, factor),
        blocks: scaledSlope(growth.blocks, factor),
        liveSlots: scaledSlope(growth.liveSlots, factor),
        heap: scaledSlope(growth.heap, factor),
        rss: scaledSlope(growth.rss, factor),
        pss: scaledSlope(growth.pss, factor),
      };

/**
 * Converts a verdict to the iterations of another loop of the stretch, so that verdicts of two containers can
 * be compared: they may differ in which loop explains the growth best.
 */
export function countVerdictBy(
  { verdict, by }: StretchVerdict,
  samples: readonly Sample[],
  site: number,
): Verdict {
  const [counted, wanted] = [iterationsOf(samples, by), iterationsOf(samples, site)];
  if (by === site || wanted === 0) return verdict;
  const factor = counted / wanted;
  const bound = verdict.smallestDetectable;
  const scaled = { smallestDetectable: bound === null ? null : bound * factor };
  if (verdict.kind === 'inconclusive')
    return { ...verdict, ...scaled, growth: verdict.growth && scaleGrowth(verdict.growth, factor) };
  return { ...verdict, ...scaled, growth: scaleGrowth(verdict.growth, factor) } as Verdict;
}
