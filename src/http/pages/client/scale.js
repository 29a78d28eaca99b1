/**
 * @typedef {object} Scale What the axes of a series show, in the units of its data.
 * @property {number} xHigh
 * @property {number} yLow
 * @property {number} yHigh
 */

const TICKS = 3;

/**
 * The step between ticks that a reader likes: 1, 2 or 5 times a power of ten.
 * @param {number} span
 */
function stepOf(span) {
  const rough = span / TICKS;
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 5].find((nice) => nice * power >= rough) ?? 10);
}

/**
 * A scale that holds the points too, with some room, so that it does not change with every one of them.
 * @param {Scale} scale
 * @param {readonly (readonly [number, number])[]} points
 * @returns {Scale}
 */
export function widened({ xHigh, yLow, yHigh }, points) {
  let [right, low, high] = [0, 0, 0];
  for (const [x, y] of points) {
    right = Math.max(right, x);
    low = Math.min(low, y);
    high = Math.max(high, y);
  }
  const step = stepOf(Math.max(high, yHigh) * 1.4 - Math.min(low, yLow));
  return {
    xHigh: right > xHigh ? right * 1.5 : xHigh,
    yLow: low < yLow ? Math.floor(low / step) * step : yLow,
    yHigh: high > yHigh ? Math.ceil((high * 1.3) / step) * step : yHigh,
  };
}

/**
 * @param {number} low
 * @param {number} high
 */
export function ticksOf(low, high) {
  const step = stepOf(high - low);
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.floor(high / step) - first + 1 }, (_, index) => (first + index) * step);
}

const STEPS = /** @type {const} */ ([
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
]);

/**
 * `2.5 MB`, `40k`: as the server writes them.
 * @param {number} value
 * @param {boolean} isBytes
 */
export function tickText(value, isBytes) {
  if (value === 0) return '0';
  const [size, letter] = STEPS.find(([from]) => Math.abs(value) >= from) ?? [1, ''];
  const short = Number((value / size).toPrecision(3));
  return isBytes ? `${short} ${letter}B` : `${short}${letter}`;
}
