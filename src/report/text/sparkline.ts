const BARS = '▁▂▃▄▅▆▇█';

/** Scale of a sparkline's bars: the same for every ruby, or curves could not be compared. */
export interface Scale {
  readonly low: number;
  readonly high: number;
}

/**
 * Chooses the scale that fits all curves, each counted from its own first value; it never zooms in on noise.
 */
export function commonScale(curves: Iterable<readonly number[]>, leastSpan: number): Scale {
  let high = leastSpan;
  for (const curve of curves) for (const value of risen(curve)) high = Math.max(high, value);
  return { low: 0, high };
}

/**
 * Draws a curve as bars, `width` at most; each bar is the mean of its part, above the curve's first value.
 */
export function sparkline(curve: readonly number[], width: number, scale: Scale): string {
  const values = risen(curve);
  const count = Math.min(width, values.length);
  const span = scale.high - scale.low;
  return Array.from({ length: count }, (_, index) => {
    const from = Math.floor((index * values.length) / count);
    const to = Math.floor(((index + 1) * values.length) / count);
    const stretch = values.slice(from, to);
    const mean = stretch.reduce((sum, value) => sum + value, 0) / stretch.length;
    const share = span > 0 ? (mean - scale.low) / span : 0;
    return BARS[Math.min(BARS.length - 1, Math.max(0, Math.floor(share * BARS.length)))];
  }).join('');
}

function risen(curve: readonly number[]): readonly number[] {
  const finite = curve.filter((value) => Number.isFinite(value));
  return finite.map((value) => value - (finite[0] ?? 0));
}
