import { select } from 'd3-selection';
import { zoom, zoomIdentity, type ZoomTransform } from 'd3-zoom';
import { FRAME } from '../../svg/frame.ts';
import { axesOf, drawAxes, shownScale } from './axes.ts';

const { left, top, across, down } = FRAME;
const SIDE = 1000;
const MOST = 32;
const SERIES = ['live', 'heap', 'rss', 'slots', 'script'];

type Plot = SVGSVGElement;

let shown = zoomIdentity;

/** Calculates where a place of the whole plane is now, in units of the plane. */
export const placeX = (x: number): number =>
  (shown.applyX(left + (x * across) / SIDE) - left) * (SIDE / across);
export const placeY = (y: number): number => (shown.applyY(top + (y * down) / SIDE) - top) * (SIDE / down);

/** Calculates the place of the whole plane that is now at x. */
export const placeAt = (x: number): number =>
  (shown.invertX(left + (x * across) / SIDE) - left) * (SIDE / across);

/**
 * The behaviour of all panels, which show the same part. A wheel alone scrolls the page, and so does one finger: only
 * with Ctrl, or with two fingers, is it meant for the curve.
 */
const behaviour = zoom<Plot, unknown>()
  .extent([
    [left, top],
    [left + across, top + down],
  ])
  .translateExtent([
    [left, top],
    [left + across, top + down],
  ])
  .scaleExtent([1, MOST])
  .duration(0)
  .filter((event: Event) => {
    if (event instanceof WheelEvent) return event.ctrlKey || event.metaKey;
    if (event.type.startsWith('touch')) return (event as TouchEvent).touches.length > 1 || shown.k > 1;
    return event instanceof MouseEvent && event.button === 0;
  })
  .on('zoom', ({ transform }: { readonly transform: ZoomTransform }) => {
    show(transform);
  });

const attached = new WeakSet<Plot>();

/** Lets a panel be zoomed. Panels are attached when they are first pointed at: a page may have a hundred. */
export function attach(plot: Plot): void {
  if (!attached.has(plot)) {
    attached.add(plot);
    select<Plot, unknown>(plot).call(behaviour);
  }
  // All panels share one state, which d3 keeps at each element.
  select(plot).property('__zoom', shown);
}

/** Zooms by a factor about the middle; null shows everything again. */
export function zoomBy(plot: Plot, factor: number | null): void {
  attach(plot);
  const one = select<Plot, unknown>(plot);
  if (factor === null) behaviour.transform(one, zoomIdentity);
  else behaviour.scaleBy(one, factor);
}

/** Shows a part of the plane in every panel: one transform, one clip and one drawing of the axes serve them all. */
function show(transform: ZoomTransform): void {
  shown = transform;
  const { k } = transform;
  const [x, y] = [placeX(0), placeY(0)];
  const panels = document.querySelector<HTMLElement>('.plots');
  // Words beside a place are left out where that place may have moved.
  panels?.classList.toggle('zoomed', k > 1);
  panels?.style.setProperty('--zoom', `translate(${x}px,${y}px) scale(${k})`);
  const clip = document.querySelector('#plane rect');
  for (const [name, value] of Object.entries({ x: -x / k, y: -y / k, width: SIDE / k, height: SIDE / k }))
    clip?.setAttribute(name, String(value));
  redrawAxes();
}

/** Draws the axes of the part that is shown. */
export function redrawAxes(): void {
  for (const name of SERIES) {
    const axes = axesOf(name);
    if (axes === null) continue;
    const { xHigh, yLow, yHigh } = shownScale(axes);
    const valueX = (place: number): number => (placeAt(place) / SIDE) * xHigh;
    const valueY = (place: number): number => {
      const inPlane = (shown.invertY(top + (place * down) / SIDE) - top) * (SIDE / down);
      return yHigh - (inPlane / SIDE) * (yHigh - yLow);
    };
    drawAxes(axes, { xLow: valueX(0), xHigh: valueX(SIDE), yLow: valueY(SIDE), yHigh: valueY(0) });
  }
}
