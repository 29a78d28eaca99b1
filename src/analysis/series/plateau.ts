import type { Sample } from '../../domain/measurement/sample.ts';
import { between, lastIteration, seriesOf, type Series } from './series.ts';

/** Bytes below which a fill-up is not reported: every script warms up. */
const WORTH = 32 * 2 ** 10;
/** A rise of less than this many times the later scatter is ignored. */
const CLEAR = 4;
/** Iterations below which a fill-up is a warm-up, however large. */
const AFTER = 1_000;
const NEARLY = 0.98;
/** Factor of growth in the last quarter from which growth has not ended. */
const STILL = 1.05;
/** Share of the run by which it has to have been full. */
const BY = 0.75;

/**
 * Finds the iteration from which live memory was full after it had grown: a cache, a ring, a table. Null
 * where it hardly grew, was full at once, or still grows.
 */
export function fullFrom(samples: readonly Sample[]): number | null {
  const live = filling(samples);
  const last = lastIteration(live);
  const level = middle(between(live, last / 2, last));
  const first = live[0];
  if (first === undefined || level === null || level - first.y < WORTH) return null;
  if (level - first.y < CLEAR * scatter(between(live, last / 2, last), level)) return null;
  const enough = first.y + NEARLY * (level - first.y);
  const at = live.findIndex(({ y }) => y >= enough);
  const full = live[at]?.x ?? Infinity;
  // The reading before it shows how long filling took at least.
  const lasted = (live[at - 1]?.x ?? 0) >= AFTER;
  const end = middle(between(live, BY * last, last)) ?? Infinity;
  const over = end - first.y <= STILL * (level - first.y);
  return lasted && over && full <= BY * last ? reached(live, at, level) : null;
}

/**
 * Share of the rise from which slots decide: they show best when the last entry came, beside a table's steps.
 */
const OF_SLOTS = 0.2;

const rise = (series: Series): number => (series.at(-1)?.y ?? 0) - (series[0]?.y ?? 0);

function filling(samples: readonly Sample[]): Series {
  const [live, slots] = [seriesOf(samples, 'live'), seriesOf(samples, 'slots')];
  return rise(slots) >= OF_SLOTS * rise(live) ? slots : live;
}

/**
 * Estimates where the rise reached the level, by a line through the readings before: the next reading may be
 * much later.
 */
function reached(live: Series, at: number, level: number): number {
  const full = live[at]?.x ?? 0;
  const [a, b] = [live[at - 2], live[at - 1]];
  if (a === undefined || b === undefined || b.y <= a.y) return full;
  return Math.min(full, b.x + ((level - b.y) * (b.x - a.x)) / (b.y - a.y));
}

/** Calculates the mean distance of the readings from their level. */
const scatter = (series: Series, level: number): number =>
  series.reduce((sum, { y }) => sum + Math.abs(y - level), 0) / Math.max(1, series.length);

function middle(series: Series): number | null {
  const sorted = series.map(({ y }) => y).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}
