import { between, lastIteration, type Series } from './series.ts';
import { blockPoints, leastSquares, type Trend } from './trend.ts';

/**
 * Calculates the share of steps from block to block that rise. One jump gives a slope to a whole window, but
 * only one rising step; a leak rises in nearly all of them.
 */
export function shareRising(series: Series): number {
  const points = blockPoints(series, 'lowest');
  if (points.length < 2) return 0;
  const rising = points.filter((point, i) => i > 0 && point.y > (points[i - 1]?.y ?? Infinity)).length;
  return rising / (points.length - 1);
}

/**
 * Tells whether growth slows down: the rate in the second half of the window against the first. A cache that
 * fills and √n growth decay (√n: 0.84); a line has a ratio of 1. Compares with what the readings' scatter
 * allows.
 * @param grain in which readings come: 1 for counts, otherwise the bytes of a small block
 */
export function decays(window: Series, leastRatio: number, grain?: number): boolean {
  const middle = Math.floor(window.length / 2);
  const first = leastSquares(window.slice(0, middle + 1), grain);
  const second = leastSquares(window.slice(middle), grain);
  if (first === null || second === null || first.slope <= 0) return false;
  const ratio = second.slope / first.slope;
  const scatter = Math.hypot(second.error / first.slope, (ratio * first.error) / first.slope);
  return ratio + 2.5 * scatter < leastRatio || (ratio < 0.93 && ratio + 2.5 * scatter < 0.97);
}

/**
 * Tells whether growth begins or speeds up inside the window: it is not a line yet, so no slope can be
 * quoted.
 */
export function setsIn(window: Series): boolean {
  const middle = Math.floor(window.length / 2);
  const first = leastSquares(window.slice(0, middle + 1));
  const second = leastSquares(window.slice(middle));
  if (first === null || second === null) return false;
  return second.slope - 2.5 * second.error > 2 * Math.max(0, first.slope + 2.5 * first.error);
}

/**
 * Tells whether growth has just ended: the last eighth of the window gains less than half of what its first
 * three quarters predict, and scatter does not explain that.
 */
export function stalls(window: Series): boolean {
  const from = window[0]?.x ?? 0;
  const last = lastIteration(window);
  const before = leastSquares(between(window, from, last - (last - from) / 4), 0);
  const start = window.findLast(({ x }) => x <= last - (last - from) / 8);
  const end = window.at(-1);
  if (before === null || start === undefined || end === undefined || before.slope <= 0) return false;
  const expected = before.slope * (end.x - start.x);
  return expected > 8 * before.spread && end.y - start.y < expected / 2;
}

/**
 * Tells whether one step between neighbouring readings makes up a good part of the window's rise, as in no
 * smooth curve.
 */
export function jumps(window: Series): boolean {
  const rise = (window.at(-1)?.y ?? 0) - (window[0]?.y ?? 0);
  const steps = window.slice(1).map(({ y }, i) => y - (window[i]?.y ?? y));
  return rise > 0 && Math.max(...steps) >= rise * Math.max(0.2, 2.5 / steps.length);
}

/** Finds the lowest reading of each octave, the last first: (N/2, N], (N/4, N/2], … */
export function octaveLevels(series: Series, octaves: number): readonly number[] {
  const last = lastIteration(series);
  const levels: number[] = [];
  for (let k = 0; k < octaves; k++) {
    const octave = between(series, last / 2 ** (k + 1), last / 2 ** k);
    if (octave.length === 0) break;
    levels.push(Math.min(...octave.map(({ y }) => y)));
  }
  return levels;
}

/** A staircase whose steps double in height and distance: one buffer that grows without end. */
export interface Staircase {
  readonly slope: number;
  readonly low: number;
  readonly high: number;
}

const OCTAVES = 5;

/**
 * Finds the staircase in a series. An array, string or table that is appended to forever grows in steps of a
 * constant factor, so a window of one octave shows one or two jumps and is flat otherwise. Over five octaves
 * it is a line: each octave adds about twice what the one before added, and nothing is ever returned.
 */
export function staircaseOf(series: Series): Staircase | null {
  const last = lastIteration(series);
  const at = (x: number): number | null => series.findLast((point) => point.x <= x)?.y ?? null;
  const levels = Array.from({ length: OCTAVES + 1 }, (_, k) => at(last / 2 ** k));
  if (series.filter(({ x }) => x <= last / 2 ** OCTAVES).length === 0) return null;
  if (levels.some((level) => level === null)) return null;
  const known = levels as number[];
  const gains = known.slice(0, -1).map((level, k) => level - (known[k + 1] ?? level));
  const total = (known[0] ?? 0) - (known[OCTAVES] ?? 0);
  // A table that has stopped growing inside the last octave has gained less in it than in the one before.
  if ((gains[0] ?? 0) < 0.8 * (gains[1] ?? 0)) return null;
  if (gains.some((gain) => gain <= 0) || fallsBack(between(series, last / 2 ** OCTAVES, last), total / 50))
    return null;
  const exponent = meanExponent(gains);
  if (exponent < 0.75 || exponent > 1.3) return null;
  const slope = total / (last - last / 2 ** OCTAVES);
  return { slope, low: slope * 0.6, high: slope * 1.4 };
}

/** Calculates the slope of log2(gain) over the octaves: 1 for linear growth, ½ for √n, 0 for a logarithm. */
function meanExponent(gains: readonly number[]): number {
  const line = leastSquares(
    gains.map((gain, k) => ({ x: -k, y: Math.log2(gain) })),
    0,
  );
  return line?.slope ?? 0;
}

function fallsBack(series: Series, allowed: number): boolean {
  let highest = -Infinity;
  for (const { y } of series) {
    if (y < highest - allowed) return true;
    highest = Math.max(highest, y);
  }
  return false;
}

/** Returns whether a series rises in every step, by an amount that is known well. */
export const isSteady = ({ slope, low }: Trend, window: Series): boolean =>
  low >= 0.9 * slope && shareRising(window) >= 1;
