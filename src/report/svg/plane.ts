import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { markup, type Markup } from '../text/markup.ts';
import type { CurvePoint, PlotName } from './curve.ts';
import type { Fit } from './fit.ts';
import type { PlotScale } from './plot-scale.ts';

/**
 * Curves are drawn in a plane of 1000 × 1000, which is stretched to its place; strokes keep their width. So a live
 * page can change the scale by a transform, without drawing again.
 */
const SIDE = 1000;
/** Largest coordinate of a line that leaves the plane: renderers cannot handle any number. */
const FARTHEST = 20_000;
/** An interval narrower than this lies below its line. */
const LEAST_SEEN = 8;

/** What a line is drawn with. */
interface CurvePen {
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  closePath(): void;
}

export interface Drawn {
  readonly points: readonly CurvePoint[];
  /** The run that confirmed a leak; empty where there was none. */
  readonly confirmed: readonly CurvePoint[];
  readonly fit: Fit | null;
}

/** Draws a curve, its confirming run and its fit into the plane. */
export function plane(name: PlotName, { points, confirmed, fit }: Drawn, scale: PlotScale): Markup {
  const path = pathIn(scale);
  const fitted =
    fit === null ? null : markup`${interval(fit, scale, path)}<path class="fit" d="${path(fit.line)}"/>`;
  const again = confirmed.length === 0 ? null : markup`<path class="confirm" d="${path(confirmed)}"/>`;
  return markup`<g class="data plot-${name}">${again}<path class="curve" d="${path(points)}"/>${fitted}</g>`;
}

/** Returns the interval of a fit; null where it is too narrow to be seen beside the line. */
function interval(
  { low, high }: Fit,
  scale: PlotScale,
  path: (points: readonly CurvePoint[]) => string,
): Markup | null {
  const widest = Math.max(Math.abs(high[0].y - low[0].y), Math.abs(high[1].y - low[1].y));
  if ((widest * SIDE) / (scale.yHigh - scale.yLow) < LEAST_SEEN) return null;
  return markup`<path class="interval" d="${path([...low, high[1], high[0]])}Z"/>`;
}

function pathIn(scale: PlotScale): (points: readonly CurvePoint[]) => string {
  const x = scaleLinear().domain([0, scale.xHigh]).range([0, SIDE]);
  const y = scaleLinear().domain([scale.yLow, scale.yHigh]).range([SIDE, 0]);
  return (points) => {
    const pen = new RelativePen();
    const draw = line<CurvePoint>(
      (point) => bounded(x(point.x)),
      (point) => bounded(y(point.y)),
    ).context(pen);
    draw(points);
    return pen.path;
  };
}

/** Writes a path as steps from point to point, in whole units: half as long as one of places. */
class RelativePen implements CurvePen {
  path = '';
  #x = 0;
  #y = 0;

  moveTo(x: number, y: number): void {
    [this.#x, this.#y] = [Math.round(x), Math.round(y)];
    this.path += `M${this.#x},${this.#y}`;
  }

  lineTo(x: number, y: number): void {
    const [dx, dy] = [Math.round(x) - this.#x, Math.round(y) - this.#y];
    [this.#x, this.#y] = [this.#x + dx, this.#y + dy];
    this.path += `l${dx}${dy < 0 ? '' : ','}${dy}`;
  }

  closePath(): void {
    this.path += 'Z';
  }
}

function bounded(value: number): number {
  return Math.max(-FARTHEST, Math.min(FARTHEST, value));
}
