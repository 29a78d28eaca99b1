import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { markup, type Markup } from '../text/markup.ts';
import type { CurvePoint } from './curve.ts';
import type { Fit } from './fit.ts';
import type { PlotScale } from './plot-scale.ts';

/**
 * Curves are drawn in a plane of 1000 × 1000, which is stretched to its place; strokes keep their width. So a live
 * page can change the scale by a transform, without drawing again.
 */
const SIDE = 1000;
/** Largest coordinate of a line that leaves the plane: renderers cannot handle any number. */
const FARTHEST = 20_000;

export interface Drawn {
  readonly points: readonly CurvePoint[];
  /** The run that confirmed a leak; empty where there was none. */
  readonly confirmed: readonly CurvePoint[];
  readonly fit: Fit | null;
}

/** Draws a curve, its confirming run and its fit into the plane. */
export function plane({ points, confirmed, fit }: Drawn, scale: PlotScale): Markup {
  const path = pathIn(scale);
  const fitted =
    fit === null
      ? null
      : markup`<path class="interval" d="${path([...fit.low, fit.high[1], fit.high[0]])}Z"/>
<path class="fit" d="${path(fit.line)}"/>`;
  const again = confirmed.length === 0 ? null : markup`<path class="confirm" d="${path(confirmed)}"/>`;
  return markup`<g class="data">${again}<path class="curve" d="${path(points)}"/>${fitted}</g>`;
}

function pathIn(scale: PlotScale): (points: readonly CurvePoint[]) => string {
  const x = scaleLinear().domain([0, scale.xHigh]).range([0, SIDE]);
  const y = scaleLinear().domain([scale.yLow, scale.yHigh]).range([SIDE, 0]);
  const draw = line<CurvePoint>(
    (point) => bounded(x(point.x)),
    (point) => bounded(y(point.y)),
  ).digits(0);
  return (points) => draw(points) ?? '';
}

function bounded(value: number): number {
  return Math.max(-FARTHEST, Math.min(FARTHEST, value));
}
