import { liveBytes, type Sample } from '../../domain/measurement/sample.ts';

/** One reading: x in iterations, y in the series' own unit. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export type Series = readonly Point[];

export type SeriesName =
  | 'malloc'
  | 'slots'
  | 'blocks'
  | 'live'
  | 'liveSlots'
  | 'heap'
  | 'rss'
  | 'pss'
  | 'mapped'
  | 'uncounted'
  | 'held'
  | 'memsize';

/** Reads each series from a sample; null where this checkpoint did not read it. Bytes, except for counts. */
const READ: Record<SeriesName, (sample: Sample) => number | null> = {
  malloc: (s) => s.mallocBytes,
  slots: (s) => s.slotBytes,
  blocks: (s) => s.mallocBlocks,
  live: liveBytes,
  liveSlots: (s) => s.liveSlots,
  heap: (s) => s.heapBytes,
  rss: (s) => s.rssBytes,
  pss: (s) => s.pssBytes,
  // Anonymous memory that is neither an arena of the allocator nor a page of Ruby's heap; of an arena, what was taken
  // around the counters.
  mapped: (s) =>
    s.anonBytes === null
      ? null
      : s.anonBytes - (s.heapBytes ?? 0) - (s.arenaBytes ?? 0) - pagesOf(s) + (s.uncountedBytes ?? 0),
  uncounted: (s) => s.uncountedBytes,
  // Anonymous memory that neither a live block nor a page of Ruby's heap explains: freed, or never seen.
  held: (s) =>
    s.anonBytes === null ? null : s.anonBytes - s.mallocBytes - Math.max(s.slotBytes, s.heapPageBytes ?? 0),
  memsize: (s) => s.memsizeBytes,
};

/**
 * Calculates the bytes of Ruby's heap pages outside of `[heap]`: before 3.1 they come from malloc. A page
 * that is not full is not a leak of resident memory, since the next objects go there.
 */
const pagesOf = ({ heapPageBytes, pageBytes, heapBytes }: Sample): number =>
  Math.max(0, (heapPageBytes ?? 0) - Math.min(pageBytes, heapBytes ?? 0));

/** Reads one series out of the samples; those that lack it are left out. */
export function seriesOf(samples: readonly Sample[], name: SeriesName): Series {
  const read = READ[name];
  const series: Point[] = [];
  for (const sample of samples) {
    const y = read(sample);
    if (y !== null) series.push({ x: sample.iterations, y });
  }
  return series;
}

/** Finds the index of the first reading after `x` iterations; a series is in the order of its iterations. */
export function firstAfter(series: Series, x: number): number {
  let low = 0;
  let high = series.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((series[middle]?.x ?? Infinity) > x) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Selects the readings after `from` iterations, up to and including `to`. */
export const between = (series: Series, from: number, to: number): Series =>
  series.slice(firstAfter(series, from), firstAfter(series, to));

/** Factor of readings required of a part that contains more of the warm-up. */
const MORE = 2;

/**
 * Finds the iteration after which a series is judged: its middle. Where too few readings are left then (a busy
 * machine, a heap that takes long to collect), a quarter or an eighth of the way.
 */
export function judgedFrom(series: Series, fewest: number): number {
  const last = lastIteration(series);
  const after = (share: number): number => series.length - firstAfter(series, last / share);
  if (after(2) >= fewest) return last / 2;
  return last / ([4, 8].find((share) => after(share) >= fewest + MORE) ?? 2);
}

/** Selects the part of a series that is judged. */
export const judgedPart = (series: Series, fewest: number): Series =>
  between(series, judgedFrom(series, fewest), lastIteration(series));

/** Reads the iterations of the last reading; 0 for none. */
export const lastIteration = (series: Series): number => series.at(-1)?.x ?? 0;
