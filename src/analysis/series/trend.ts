import type { Series } from './series.ts';

/** A straight line through a series: slope per iteration and its two-sided 99 % interval. */
export interface Trend {
  readonly slope: number;
  readonly low: number;
  readonly high: number;
}

/** 0.995 quantiles of Student's t for 1 … 30 degrees of freedom; beyond that the normal one is near enough. */
const T995 = [
  63.657, 9.925, 5.841, 4.604, 4.032, 3.707, 3.499, 3.355, 3.25, 3.169, 3.106, 3.055, 3.012, 2.977, 2.947,
  2.921, 2.898, 2.878, 2.861, 2.845, 2.831, 2.819, 2.807, 2.797, 2.787, 2.779, 2.771, 2.763, 2.756, 2.75,
];
/** Looks up the 0.995 quantile of Student’s t. */
export const t995 = (freedom: number): number => T995[freedom - 1] ?? 2.62;

/** Readings come in whole blocks: an interval is never narrower than this many bytes over its range allow. */
const GRAIN = 48;
const MOST_BLOCKS = 12;
const FEWEST_BLOCKS = 4;

export interface Line {
  readonly slope: number;
  /** Standard error of the slope. */
  readonly error: number;
  readonly freedom: number;
  /** Standard deviation of the readings about the line. */
  readonly spread: number;
}

/** Fits a line by ordinary least squares. Needs at least three readings at two places; otherwise null. */
export function leastSquares(series: Series, grain = GRAIN): Line | null {
  const n = series.length;
  if (n < 3) return null;
  let meanX = 0;
  let meanY = 0;
  for (const { x, y } of series) {
    meanX += x / n;
    meanY += y / n;
  }
  let sxx = 0;
  let sxy = 0;
  for (const { x, y } of series) {
    sxx += (x - meanX) ** 2;
    sxy += (x - meanX) * (y - meanY);
  }
  if (sxx === 0) return null;
  const slope = sxy / sxx;
  let squares = 0;
  for (const { x, y } of series) squares += (y - meanY - slope * (x - meanX)) ** 2;
  const spread = Math.sqrt(squares / (n - 2));
  return { slope, error: Math.hypot(spread, grain / Math.sqrt(12)) / Math.sqrt(sxx), freedom: n - 2, spread };
}

export type Pick = 'lowest' | 'mean' | 'highest';

/**
 * Cuts a series into blocks of neighbouring readings and keeps one point of each: its lowest reading (the
 * bottom of a sawtooth), its mean, or its highest (garbage that a stale stack slot keeps most of the time).
 * Neighbouring readings depend on each other, blocks hardly do, so the interval is valid.
 */
export function blockPoints(series: Series, pick: Pick): Series {
  const blocks = Math.max(FEWEST_BLOCKS, Math.min(MOST_BLOCKS, Math.floor(series.length / 3)));
  if (series.length < blocks) return series;
  return Array.from({ length: blocks }, (_, i) => {
    const block = series.slice(
      Math.floor((i * series.length) / blocks),
      Math.floor(((i + 1) * series.length) / blocks),
    );
    if (pick === 'lowest') return block.reduce((least, point) => (point.y < least.y ? point : least));
    if (pick === 'highest') return block.reduce((most, point) => (point.y > most.y ? point : most));
    const sum = block.reduce((total, { x, y }) => ({ x: total.x + x, y: total.y + y }), { x: 0, y: 0 });
    return { x: sum.x / block.length, y: sum.y / block.length };
  });
}

/**
 * Tells whether neighbouring readings scatter independently: the lag-1 autocorrelation of the residuals is
 * small. Then every reading counts, and blocks would only waste them.
 */
function independent(series: Series, line: Line): boolean {
  const left = series.map(({ x, y }) => y - line.slope * x);
  const mean = left.reduce((sum, y) => sum + y, 0) / left.length;
  let own = 0;
  let next = 0;
  for (const [i, y] of left.entries()) {
    own += (y - mean) ** 2;
    next += (y - mean) * ((left[i + 1] ?? mean) - mean);
  }
  return own === 0 || Math.abs(next / own) < 2 / Math.sqrt(left.length) - 0.05;
}

const MANY_READINGS = 24;

/**
 * Fits the trend of the block points, or of all readings where they are many and independent; null for too
 * few.
 */
export function trendOf(series: Series, pick: Pick, grain = GRAIN): Trend | null {
  const all = pick === 'mean' && series.length >= MANY_READINGS ? leastSquares(series, grain) : null;
  const line =
    all !== null && independent(series, all) ? all : leastSquares(blockPoints(series, pick), grain);
  if (line === null) return null;
  const half = t995(line.freedom) * line.error;
  return { slope: line.slope, low: line.slope - half, high: line.slope + half };
}
