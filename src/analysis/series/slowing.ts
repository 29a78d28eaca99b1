import { between, firstAfter, lastIteration, type Series } from './series.ts';

/** Growth that slows down and does not end, such as √n. */
export interface Slowing {
  /** Growth per iteration of each octave, the last first; unit of the series. */
  readonly rates: readonly number[];
}

/** Octaves that a claim of such growth rests on, and those after which a clean verdict is no longer given. */
const CLAIMED = 5;
const SUSPECTED = 3;
/** Least ratio of the gains of two neighbouring octaves: √n has √2, a line 2, a logarithm 1. */
const LEAST_RATIO = 1.15;
const MOST_RATIO = 1.75;
/** Least ratio of the last such ratio to earlier ones: while something fills up at random, they fall. */
const STEADY = 0.92;
/** Fewest slots or blocks that the earliest octave gains, so that a stray one does not matter. */
const LEAST_GAIN = 16;

/** Interpolates the reading at `x`; null outside of the series. */
function valueAt(series: Series, x: number): number | null {
  const after = firstAfter(series, x);
  const a = series[after - 1];
  const b = series[after];
  if (a === undefined || a.x === x) return a?.y ?? null;
  return b === undefined ? null : a.y + ((b.y - a.y) * (x - a.x)) / (b.x - a.x);
}

/** Measures the scatter of a count: the largest fall between neighbouring readings of its second half. */
function scatterOf(series: Series): number {
  const last = lastIteration(series);
  const window = between(series, last / 2, last);
  return window.reduce((most, { y }, i) => Math.max(most, (window[i - 1]?.y ?? y) - y), 0);
}

function slowingOver(series: Series, octaves: number): Slowing | null {
  const last = lastIteration(series);
  const levels: number[] = [];
  for (let k = 0; k <= octaves; k++) {
    const level = valueAt(series, last / 2 ** k);
    if (level === null) return null;
    levels.push(level);
  }
  const gains = levels.slice(0, -1).map((level, k) => level - (levels[k + 1] ?? level));
  const least = Math.max(LEAST_GAIN, 4 * scatterOf(series));
  if (gains.some((gain) => gain < least)) return null;
  const ratios = gains.slice(0, -1).map((gain, k) => gain / (gains[k + 1] ?? gain));
  const [lastRatio = 0, ...before] = ratios;
  if (ratios.some((ratio) => ratio < LEAST_RATIO || ratio > MOST_RATIO)) return null;
  const mean = before.reduce((sum, ratio) => sum + ratio, 0) / before.length;
  if (lastRatio < STEADY * mean) return null;
  return { rates: gains.map((gain, k) => gain / (last / 2 ** (k + 1))) };
}

/**
 * Finds growth of a count (slots, blocks) that slows down without an end: over five octaves, each gains more
 * than the one before but less than twice as much, as with an object on every n²-th iteration. Null
 * otherwise.
 */
export const slowingOf = (counts: Series): Slowing | null => slowingOver(counts, CLAIMED);

/**
 * Tells whether the last three octaves look like that: too little to claim a leak, too much for a clean
 * verdict.
 */
export const maySlow = (counts: Series): boolean => slowingOver(counts, SUSPECTED) !== null;
