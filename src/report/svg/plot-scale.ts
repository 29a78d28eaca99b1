import { scaleLinear } from 'd3-scale';
import type { CurvePoint, PlotSeries } from './curve.ts';

/** One scale for the curves of all rubies. Ticks are in the units of the data. */
export interface PlotScale {
  readonly xHigh: number;
  readonly yLow: number;
  readonly yHigh: number;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
}

const TICKS = 3;
/**
 * Multiple of the longest leaking curve at which longer curves are cut: they would squeeze it to the left
 * edge.
 */
const BEYOND_LEAKS = 2;
/** Iterations of the axis while nothing has been measured yet. */
const BEFORE_ANYTHING = 10_000;

/**
 * Chooses the iterations of the axis: all curves fit, or twice the longest leaking one where others are much
 * longer.
 */
export function commonReach(reaches: readonly { readonly x: number; readonly leaks: boolean }[]): number {
  if (reaches.length === 0) return BEFORE_ANYTHING;
  const longest = Math.max(1, ...reaches.map(({ x }) => x));
  const leaking = Math.max(0, ...reaches.filter(({ leaks }) => leaks).map(({ x }) => x));
  return leaking === 0 ? longest : Math.min(longest, BEYOND_LEAKS * leaking);
}

/** Chooses one scale that all curves fit, up to `reach` iterations. */
export function plotScale(
  curves: readonly (readonly CurvePoint[])[],
  reach: number,
  series: PlotSeries,
): PlotScale {
  let [low, high] = [0, series.leastSpan];
  for (const { x, y } of curves.flat()) {
    if (x > reach) continue;
    low = Math.min(low, y);
    high = Math.max(high, y);
  }
  // A small fall below zero is noise, and not worth room on the axis.
  if (-low < high / 20) low = 0;
  const y = scaleLinear().domain([low, high]).nice(TICKS);
  const x = scaleLinear().domain([0, reach]);
  const [yLow = 0, yHigh = high] = y.domain();
  return { xHigh: reach, yLow, yHigh, xTicks: x.ticks(TICKS), yTicks: y.ticks(TICKS) };
}
