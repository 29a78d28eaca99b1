import type { Slope } from '../../domain/measurement/verdict.ts';
import type { CurvePoint } from './curve.ts';

/** The line that a slope stands for, over the readings it was fitted to, and the lines at the ends of its interval. */
export interface Fit {
  readonly line: readonly [CurvePoint, CurvePoint];
  readonly low: readonly [CurvePoint, CurvePoint];
  readonly high: readonly [CurvePoint, CurvePoint];
}

/**
 * Makes the line of a slope. Slopes are fitted to the second half of a run; the line goes through the middle
 * of those readings.
 */
export function fitOf(points: readonly CurvePoint[], slope: Slope | null): Fit | null {
  const last = points.at(-1)?.x ?? 0;
  const window = points.filter(({ x }) => x > last / 2);
  const numbers = slope === null ? [] : [slope.perIteration, slope.low, slope.high];
  if (slope === null || window.length < 2 || !numbers.every(Number.isFinite)) return null;
  const middle = {
    x: window.reduce((sum, { x }) => sum + x, 0) / window.length,
    y: window.reduce((sum, { y }) => sum + y, 0) / window.length,
  };
  const through = (rate: number): readonly [CurvePoint, CurvePoint] => [
    { x: last / 2, y: middle.y + rate * (last / 2 - middle.x) },
    { x: last, y: middle.y + rate * (last - middle.x) },
  ];
  return { line: through(slope.perIteration), low: through(slope.low), high: through(slope.high) };
}
