import { ticks } from 'd3-array';
import { FRAME } from '../../svg/frame.ts';
import { tickText } from '../../svg/tick-text.ts';

const { height, left, top, across, down } = FRAME;
const TICKS = 3;

/** What the axes of a series show, in the units of its data. */
export interface AxesScale {
  readonly xLow: number;
  readonly xHigh: number;
  readonly yLow: number;
  readonly yHigh: number;
}

/** Finds the axes of a series; every panel shows the same. */
export const axesOf = (series: string): SVGGElement | null =>
  document.querySelector<SVGGElement>(`#axes-${series}`);

/** Reads the scale that curves were drawn in. */
export function drawnScale({ dataset }: SVGGElement): AxesScale {
  const { xHigh, yLow, yHigh } = dataset;
  return { xLow: 0, xHigh: Number(xHigh), yLow: Number(yLow), yHigh: Number(yHigh) };
}

/** Reads the scale that a live page has widened since; otherwise the one that curves were drawn in. */
export const shownScale = (axes: SVGGElement): AxesScale => ({
  ...drawnScale(axes),
  ...JSON.parse(axes.dataset['shown'] ?? '{}'),
});

/** Draws lines and numbers of a scale in place of those that are there. */
export function drawAxes(axes: SVGGElement, { xLow, xHigh, yLow, yHigh }: AxesScale): void {
  const isBytes = axes.dataset['unit'] === 'bytes';
  const rows = ticks(yLow, yHigh, TICKS).flatMap((value) => {
    const y = top + down * (1 - (value - yLow) / (yHigh - yLow));
    return [
      shape('path', { class: value === 0 ? 'base' : 'grid', d: `M${left} ${y}h${across}` }),
      shape('text', { class: 'tick-y', x: left - 6, y }, tickText(value, isBytes ? 'bytes' : 'count')),
    ];
  });
  const columns = ticks(xLow, xHigh, TICKS).map((value) => {
    const x = left + (across * (value - xLow)) / (xHigh - xLow);
    return shape('text', { class: 'tick-x', x, y: height - 6 }, tickText(value, 'count'));
  });
  axes.replaceChildren(...rows, ...columns);
}

/** Makes an element of a picture. */
export function shape(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  text = '',
): Element {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.textContent = text;
  return made;
}
