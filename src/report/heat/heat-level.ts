import { scaleThreshold } from 'd3-scale';
import type { CellRecord } from '../../domain/run/record.ts';
import { reportedSlope } from '../../domain/run/leak-groups.ts';
import { statusOf, type Status } from '../rows/status.ts';
import type { StripMark } from '../svg/strip-series.ts';

/** Bytes per iteration from which on a leak is a level hotter: a level per power of ten. */
const FROM = [10, 100, 1e3, 1e4, 1e5] as const;

/** `below 10 B`, `10 B and more`, …: the levels as a legend shows them, the first one first. */
export const HEAT_WORDS = ['under 10 B', '10 B', '100 B', '1 KB', '10 KB', '100 KB and more'] as const;

const level = scaleThreshold()
  .domain(FROM)
  .range(HEAT_WORDS.map((_, index) => index + 1));

/** Returns how hot a leak is drawn, from 1 to 6; 6 where its rate is not known to be smaller. */
export function heatLevel(cell: CellRecord): number {
  const rate = reportedSlope(cell)?.perIteration ?? Infinity;
  return Number.isFinite(rate) ? level(rate) : HEAT_WORDS.length;
}

/** Returns the classes of a mark: what is known of it, how hot it is, and whether that follows from others. */
export function heatClasses({ cell, inferred }: StripMark): string {
  if (cell === undefined) {
    const known = inferred !== null && inferred !== 'unavailable';
    return known ? `${inferred} inferred` : 'not-run';
  }
  const status: Status = statusOf(cell);
  return status === 'leak' ? `leak heat-${heatLevel(cell)}` : status;
}
