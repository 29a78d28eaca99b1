import { FRAME } from '../../svg/frame.ts';
import { axesOf, drawnScale, shape } from './axes.ts';
import { nearest, pointsOf, type PlanePoint } from './readings.ts';
import { attach, placeAt, placeX, placeY, redrawAxes, zoomBy } from './zoom.ts';

const { left, top, across, down, width } = FRAME;
const SIDE = 1000;
const STEP = 2;

type Plot = SVGSVGElement;

const panels = document.querySelector<HTMLElement>('.panels');
const status = document.querySelector<HTMLElement>('.reading-text');

/** What the cursor is at. */
let at: { readonly plot: Plot; readonly index: number } | null = null;
const mark = shape('g', { class: 'cursor' });

/** Reads values of a curve under a pointer or by keyboard, and zooms all panels. */
export function readCurves(): void {
  if (panels === null) return;
  panels.tabIndex = 0;
  panels.addEventListener('pointerover', ({ target }) => {
    const plot = plotOf(target);
    if (plot !== null) attach(plot);
  });
  panels.addEventListener('pointermove', (event) => {
    const plot = plotOf(event.target);
    if (plot !== null) readAt(plot, event);
  });
  panels.addEventListener('pointerleave', clear);
  panels.addEventListener('keydown', onKey);
  panels.addEventListener('blur', clear);
  document.addEventListener('click', ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLElement>('[data-zoom]') : null;
    if (button !== null) zoomTo(Number(button.dataset['zoom']));
  });
  document.addEventListener('change', redraw);
  // A live page has drawn wider axes.
  document.addEventListener('axes', redrawAxes);
}

const plotOf = (target: EventTarget | null): Plot | null =>
  target instanceof Element ? target.closest<Plot>('.plot') : null;

const plots = (): readonly Plot[] => [...(panels?.querySelectorAll<Plot>('.plot') ?? [])];

/** Reads the name of the series that is shown. */
const seriesNow = (): string =>
  document.querySelector<HTMLInputElement>('[name=series]:checked')?.value ?? 'live';

interface Curve {
  /** In the plane, a live page's transform included. */
  readonly places: readonly PlanePoint[];
  /** As they were drawn. */
  readonly drawn: readonly PlanePoint[];
  /** Places that the plane was divided into, in each direction. */
  readonly fine: number;
}

function curveOf(plot: Plot): Curve {
  const path = plot.querySelector<SVGPathElement>(`.data.plot-${seriesNow()} .curve`);
  const text = path?.getAttribute('d') ?? '';
  const drawn = pointsOf(text);
  const fine = text.includes('.') ? 10 * SIDE : SIDE;
  const group = path?.parentNode instanceof SVGGElement ? path.parentNode : null;
  const moved = group?.transform.baseVal.consolidate()?.matrix;
  if (moved === undefined) return { places: drawn, drawn, fine };
  return {
    places: drawn.map(({ x, y }) => ({ x: moved.a * x + moved.e, y: moved.d * y + moved.f })),
    drawn,
    fine,
  };
}

function readAt(plot: Plot, { clientX }: PointerEvent): void {
  const box = plot.getBoundingClientRect();
  const x = ((clientX - box.left) / box.width) * width;
  if (box.width > 0) moveTo(plot, nearest(curveOf(plot).places, placeAt(((x - left) / across) * SIDE)));
}

/** Puts the cursor on a point of a curve, and says its value. */
function moveTo(plot: Plot, index: number): void {
  const { places, drawn, fine } = curveOf(plot);
  const [place, point] = [places[index], drawn[index]];
  const axes = axesOf(seriesNow());
  if (place === undefined || point === undefined || axes === null) return clear();
  at = { plot, index };
  const [x, y] = [left + (placeX(place.x) * across) / SIDE, top + (placeY(place.y) * down) / SIDE];
  const [iteration, value] = valueTexts(point, fine, axes);
  const inside = x >= left && x <= left + across && y >= top && y <= top + down;
  mark.replaceChildren(
    ...(inside
      ? [shape('path', { d: `M${x} ${top}v${down}` }), shape('circle', { cx: x, cy: y, r: 3.5 })]
      : []),
    shape('text', { x: left + 3, y: top + 11 }, `${iteration}: ${value}`),
  );
  plot.append(mark);
  if (status !== null)
    status.textContent = `${nameOf(plot)}, ${axes.dataset['over'] === 'seconds' ? 'second' : 'iteration'} ${iteration}: ${value}`;
}

/** Describes a point, with no more digits than it was drawn with: `12,000`, `1,234 kB`. */
function valueTexts({ x, y }: PlanePoint, fine: number, axes: SVGGElement): readonly [string, string] {
  const { xHigh, yLow, yHigh } = drawnScale(axes);
  const unit = axes.dataset['unit'] ?? '';
  const [size, word] = unit === 'bytes' ? [1000, 'kB'] : [1, unit];
  const value = yHigh - (y / SIDE) * (yHigh - yLow);
  const amount = rounded(value / size, (yHigh - yLow) / size / fine);
  return [rounded((x / SIDE) * xHigh, xHigh / fine), `${amount} ${word}`];
}

/** Formats a number that is known to within a grain. */
function rounded(value: number, grain: number): string {
  const step = 10 ** Math.ceil(Math.log10(grain));
  const digits = { maximumFractionDigits: Math.max(0, -Math.log10(step)) };
  // Adding 0 turns -0 into 0.
  return (Math.round(value / step) * step + 0).toLocaleString('en-US', digits);
}

const nameOf = (plot: Plot): string => plot.closest('figure')?.querySelector('strong')?.textContent ?? '';

function clear(): void {
  at = null;
  mark.remove();
  if (status !== null) status.textContent = '';
}

function redraw(): void {
  if (at !== null) moveTo(at.plot, Math.min(at.index, curveOf(at.plot).places.length - 1));
}

function zoomTo(factor: number): void {
  const plot = at?.plot ?? plots()[0];
  if (plot === undefined) return;
  zoomBy(plot, factor === 0 ? null : factor);
  redraw();
}

/** Left and right read the points of a curve, up and down those of the panel before and after it. */
function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const factors: Readonly<Record<string, number>> = { '+': STEP, '=': STEP, '-': 1 / STEP, '0': 0 };
  const factor = factors[event.key];
  if (factor !== undefined) zoomTo(factor);
  else if (!move(event.key)) return;
  event.preventDefault();
}

function move(key: string): boolean {
  const all = plots();
  const plot = at?.plot ?? all[0];
  if (plot === undefined) return false;
  const last = curveOf(plot).places.length - 1;
  const index = at?.index ?? last;
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: index - 1,
    ArrowRight: index + 1,
    Home: 0,
    End: last,
  };
  const step = steps[key];
  if (step !== undefined) {
    moveTo(plot, Math.max(0, Math.min(last, step)));
    return true;
  }
  const panel = { ArrowUp: -1, ArrowDown: 1 }[key];
  const next = panel === undefined ? undefined : all[all.indexOf(plot) + panel];
  if (next === undefined) return false;
  next.scrollIntoView({ block: 'nearest' });
  const places = curveOf(next).places;
  moveTo(next, Math.min(index, places.length - 1));
  return true;
}
