import { scaleLinear } from 'd3-scale';
import { line } from 'd3-shape';
import { markup, type Markup } from '../text/markup.ts';
import { plateauLine } from './backdrop.ts';
import type { CurvePoint, PlotName } from './curve.ts';
import type { Fit } from './fit.ts';
import { loopBands, type LoopSpan } from './loop-bands.ts';
import type { JudgedPart } from './judged-part.ts';
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
  /** Where each loop of a script ran, in seconds; empty where only one is drawn. */
  readonly loops: readonly LoopSpan[];
  /** Digits behind the point of a place: where there are few curves, they can be zoomed into. */
  readonly digits: 0 | 1;
}

/** Draws a curve, its confirming run, its fit and where it was full into the plane. */
export function plane(
  name: PlotName,
  { points, confirmed, fit, digits, loops }: Drawn,
  judged: JudgedPart | null,
  scale: PlotScale,
): Markup {
  const path = pathIn(scale, digits);
  const fitted =
    fit === null ? null : markup`${interval(fit, scale, path)}<path class="fit" d="${path(fit.line)}"/>`;
  const again = confirmed.length === 0 ? null : markup`<path class="confirm" d="${path(confirmed)}"/>`;
  const bands = loops.length === 0 ? null : loopBands(loops, scale);
  const full = name !== 'live' || judged === null ? null : plateauLine(judged, scale);
  return markup`<g class="data plot-${name}">${bands}${again}<path class="curve" d="${path(points)}"/>${fitted}${full}</g>`;
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

function pathIn(scale: PlotScale, digits: number): (points: readonly CurvePoint[]) => string {
  const x = scaleLinear().domain([0, scale.xHigh]).range([0, SIDE]);
  const y = scaleLinear().domain([scale.yLow, scale.yHigh]).range([SIDE, 0]);
  return (points) => {
    const pen = new RelativePen(digits);
    const draw = line<CurvePoint>(
      (point) => bounded(x(point.x)),
      (point) => bounded(y(point.y)),
    ).context(pen);
    draw(points);
    return pen.path;
  };
}

/** Writes a path as steps from point to point, in whole units or tenths: half as long as one of places. */
class RelativePen implements CurvePen {
  path = '';
  readonly #unit: number;
  /** In units. */
  #x = 0;
  #y = 0;

  constructor(digits: number) {
    this.#unit = 10 ** digits;
  }

  moveTo(x: number, y: number): void {
    [this.#x, this.#y] = this.#places(x, y);
    this.path += `M${this.#x / this.#unit},${this.#y / this.#unit}`;
  }

  lineTo(x: number, y: number): void {
    const [toX, toY] = this.#places(x, y);
    const [dx, dy] = [(toX - this.#x) / this.#unit, (toY - this.#y) / this.#unit];
    [this.#x, this.#y] = [toX, toY];
    this.path += `l${dx}${dy < 0 ? '' : ','}${dy}`;
  }

  closePath(): void {
    this.path += 'Z';
  }

  #places(x: number, y: number): readonly [number, number] {
    return [Math.round(x * this.#unit), Math.round(y * this.#unit)];
  }
}

function bounded(value: number): number {
  return Math.max(-FARTHEST, Math.min(FARTHEST, value));
}
