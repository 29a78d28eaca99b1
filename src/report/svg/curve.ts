import { comparable } from '../../analysis/series/boundary.ts';
import { liveBytes, type Sample } from '../../domain/measurement/sample.ts';
import type { Growth, Slope } from '../../domain/measurement/verdict.ts';

/** The series that can be shown; live bytes are malloc's and those of Ruby's slots. */
export type PlotName = 'live' | 'heap' | 'rss' | 'slots' | 'script';

export interface PlotSeries {
  readonly name: PlotName;
  readonly title: string;
  readonly unit: 'bytes' | 'slots';
  /** Least range of the scale, so that the noise of a clean ruby looks flat. */
  readonly leastSpan: number;
  readonly read: (sample: Sample) => number | null;
  readonly slope: (growth: Growth) => Slope | null;
  /** What it is drawn over; seconds where iterations of several loops follow each other. */
  readonly over: 'iterations' | 'seconds';
}

export const PLOT_SERIES: readonly PlotSeries[] = [
  {
    name: 'live',
    title: 'live bytes',
    unit: 'bytes',
    leastSpan: 64 * 1024,
    read: liveBytes,
    slope: (growth) => growth.malloc,
    over: 'iterations',
  },
  {
    name: 'heap',
    title: '[heap]',
    unit: 'bytes',
    leastSpan: 1024 * 1024,
    read: (sample) => sample.heapBytes,
    slope: (growth) => growth.heap,
    over: 'iterations',
  },
  {
    name: 'rss',
    title: 'RSS',
    unit: 'bytes',
    leastSpan: 1024 * 1024,
    read: (sample) => sample.rssBytes,
    slope: (growth) => growth.rss,
    over: 'iterations',
  },
  {
    name: 'slots',
    title: 'live slots',
    unit: 'slots',
    leastSpan: 1000,
    read: (sample) => sample.liveSlots,
    slope: (growth) => growth.liveSlots,
    over: 'iterations',
  },
  {
    name: 'script',
    title: 'whole script',
    unit: 'bytes',
    leastSpan: 64 * 1024,
    read: liveBytes,
    slope: () => null,
    over: 'seconds',
  },
];

/** x in iterations or seconds, y in the series' unit, above the curve's first reading. */
export interface CurvePoint {
  readonly x: number;
  readonly y: number;
}

/** Makes the curve of a series, of the checkpoints that are judged, counted from its own first reading; empty where nothing was read. */
export function curveOf(samples: readonly Sample[], series: PlotSeries): readonly CurvePoint[] {
  const shown = series.over === 'seconds' ? samples : comparable(samples);
  const points = shown.flatMap((sample) => {
    const y = series.read(sample);
    const x = series.over === 'seconds' ? sample.afterMs / 1000 : sample.iterations;
    return y === null ? [] : [{ x, y }];
  });
  const first = points[0]?.y ?? 0;
  return points.map(({ x, y }) => ({ x, y: y - first }));
}

/**
 * Reduces a curve to at most `most` points that look the same: the first, the last, and the lowest and
 * highest of every part between them, so that a sawtooth keeps its teeth.
 */
export function reduced(points: readonly CurvePoint[], most: number): readonly CurvePoint[] {
  const [first, last] = [points[0], points.at(-1)];
  if (points.length <= most || first === undefined || last === undefined) return points;
  const inner = points.slice(1, -1);
  const stretches = Math.max(1, Math.floor((most - 2) / 2));
  const kept = Array.from({ length: stretches }, (_, index) => {
    const from = Math.floor((index * inner.length) / stretches);
    const stretch = inner.slice(from, Math.floor(((index + 1) * inner.length) / stretches));
    return extremes(stretch);
  });
  return [first, ...kept.flat(), last];
}

function extremes(stretch: readonly CurvePoint[]): readonly CurvePoint[] {
  const [first] = stretch;
  if (first === undefined) return [];
  const lowest = stretch.reduce((least, point) => (point.y < least.y ? point : least), first);
  const highest = stretch.reduce((most, point) => (point.y > most.y ? point : most), first);
  if (lowest === highest) return [lowest];
  return lowest.x < highest.x ? [lowest, highest] : [highest, lowest];
}
