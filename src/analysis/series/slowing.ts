import { between, firstAfter, lastIteration, type Series } from './series.ts';

/** Growth that slows down and does not end, such as √n. */
export interface Slowing {
  /** Growth per iteration of each octave, the last first; unit of the series. */
  readonly rates: readonly number[];
}

/** Octaves that a claim of such growth rests on, and those after which a clean verdict is no longer given. */
const CLAIMED = 5;
const SUSPECTED = 3;
/** An octave gains so many times what the one before did: √n √2 times, a line twice, a logarithm as much. */
const LEAST_RATIO = 1.15;
const MOST_RATIO = 1.75;
/** Random filling passes through every such ratio, so the last must not fall behind the ones before. */
const STEADY = 0.92;
/** Whole slots or blocks that the earliest octave gains at least, so that one of noise does not matter. */
const LEAST_GAIN = 16;

/** Returns the reading at `x`, on the line between its neighbours; null outside of the series. */
function valueAt(series: Series, x: number): number | null {
  const after = firstAfter(series, x);
  const a = series[after - 1];
  const b = series[after];
  if (a === undefined || a.x === x) return a?.y ?? null;
  return b === undefined ? null : a.y + ((b.y - a.y) * (x - a.x)) / (b.x - a.x);
}

/** Most that a series falls back between neighbouring readings of its second half: the scatter of a count. */
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
 * Growth of a count (slots, blocks) over five octaves, each of which gains more than the one before but less than
 * twice as much, with no sign of an end: an object on every n²-th iteration. Null otherwise.
 */
export const slowingOf = (counts: Series): Slowing | null => slowingOver(counts, CLAIMED);

/** Returns whether the last three octaves look like that: too little to claim, too much for a clean verdict. */
export const maySlow = (counts: Series): boolean => slowingOver(counts, SUSPECTED) !== null;
