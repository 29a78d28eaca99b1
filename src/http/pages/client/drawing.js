import { ticksOf, tickText, widened } from './scale.js';

/**
 * The curves of rubies that are being measured, drawn from their samples until the server has the whole curve.
 * All rubies share one scale: where a growing curve leaves it, every panel moves to a wider one by a transform.
 */

const SVG = 'http://www.w3.org/2000/svg';
const SIDE = 1000;
const MOST_POINTS = 400;
/** The panel's frame, as the server draws it. */
const [LEFT = 0, TOP = 0, ACROSS = 0, DOWN = 0, HEIGHT = 0] = (
  document.querySelector('[data-frame]')?.getAttribute('data-frame') ?? ''
)
  .split(' ')
  .map(Number);

/** @typedef {{ first: Record<string, number>, live: [number, number][], slots: [number, number][] }} Curve */

/** @type {Map<string, Curve>} */
const curves = new Map();
/** @type {('live' | 'slots')[]} */
const SERIES = ['live', 'slots'];

/**
 * @param {string} cell
 * @param {{ iterations: number, bytes: number, liveSlots: number }} sample
 */
export function addSample(cell, { iterations, bytes, liveSlots }) {
  const known = curves.get(cell);
  // A cell that is measured again restarts its curve.
  const restarts = known !== undefined && iterations < (known.live.at(-1)?.[0] ?? 0);
  const curve =
    known === undefined || restarts
      ? { first: { live: bytes, slots: liveSlots }, live: [], slots: [] }
      : known;
  curves.set(cell, curve);
  for (const name of SERIES) {
    const value = name === 'live' ? bytes : liveSlots;
    curve[name].push([iterations, value - (curve.first[name] ?? 0)]);
    if (curve[name].length > MOST_POINTS) curve[name] = curve[name].filter((_, index) => index % 2 === 0);
  }
}

/** @param {string} cell */
export function forget(cell) {
  curves.delete(cell);
}

/** Draws what is known now; cheap enough for every frame. */
export function draw() {
  for (const name of SERIES) drawSeries(name);
}

/** @param {'live' | 'slots'} name */
function drawSeries(name) {
  const axes = document.getElementById(`axes-${name}`);
  if (axes === null) return;
  const base = {
    xHigh: Number(axes.dataset.xHigh),
    yLow: Number(axes.dataset.yLow),
    yHigh: Number(axes.dataset.yHigh),
  };
  const shown = axes.dataset.shown === undefined ? base : JSON.parse(axes.dataset.shown);
  const scale = widened(
    shown,
    [...curves.values()].flatMap((curve) => curve[name]),
  );
  if (JSON.stringify(scale) !== JSON.stringify(shown)) drawAxes(axes, scale);
  const height = base.yHigh - base.yLow;
  const span = scale.yHigh - scale.yLow;
  const drop = SIDE - (SIDE * (base.yHigh - scale.yLow)) / span;
  const transform = `matrix(${base.xHigh / scale.xHigh} 0 0 ${height / span} 0 ${drop})`;
  for (const data of document.querySelectorAll(`.data.plot-${name}`))
    data.setAttribute('transform', transform);
  if (name === 'live')
    for (const shade of document.querySelectorAll('.shade')) {
      const drawn = shade.getAttribute('data-drawn') ?? shade.getAttribute('transform') ?? '';
      shade.setAttribute('data-drawn', drawn);
      shade.setAttribute('transform', `scale(${base.xHigh / scale.xHigh} 1) ${drawn}`);
    }
  for (const [cell, curve] of curves) {
    const path = document.querySelector(`[data-cell="${CSS.escape(cell)}"] .plot-${name} .curve`);
    const places = curve[name].map(
      ([x, y]) =>
        `${((x / base.xHigh) * SIDE).toFixed(1)} ${(SIDE - ((y - base.yLow) / height) * SIDE).toFixed(1)}`,
    );
    path?.setAttribute('d', places.length === 0 ? '' : `M${places.join('L')}`);
  }
}

/**
 * @param {HTMLElement} axes
 * @param {import('./scale.js').Scale} scale
 */
function drawAxes(axes, scale) {
  axes.dataset.shown = JSON.stringify(scale);
  const rows = ticksOf(scale.yLow, scale.yHigh).flatMap((value) => {
    const y = TOP + DOWN * (1 - (value - scale.yLow) / (scale.yHigh - scale.yLow));
    const text = tickText(value, axes.dataset.unit === 'bytes');
    return [
      element('path', { class: value === 0 ? 'base' : 'grid', d: `M${LEFT} ${y}h${ACROSS}` }, ''),
      element('text', { class: 'tick-y', x: LEFT - 6, y }, text),
    ];
  });
  const columns = ticksOf(0, scale.xHigh).map((value) => {
    const x = LEFT + (ACROSS * value) / scale.xHigh;
    return element('text', { class: 'tick-x', x, y: HEIGHT - 6 }, tickText(value, false));
  });
  axes.replaceChildren(...rows, ...columns);
  // Where a part is zoomed into, its axes are drawn again.
  document.dispatchEvent(new Event('axes'));
}

/**
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {string} text
 */
function element(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.textContent = text;
  return made;
}
