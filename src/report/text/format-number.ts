import type { Slope } from '../../domain/measurement/verdict.ts';

const UNKNOWN = '?';

/** Formats a count: `64000` becomes `64,000`. */
export function formatCount(value: number): string {
  return fixed(value, 0);
}

/**
 * Formats a rate as people write it: whole from 10 up, one decimal below, two significant digits below 0.1,
 * nothing below 0.001. `39952.3` → `39,952`, `64.08` → `64`, `8.04` → `8`, `0.52` → `0.5`, `0.0213` →
 * `0.021`.
 */
export function formatRate(value: number): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  const size = Math.abs(value);
  if (size >= 9.95) return fixed(value, 0);
  if (size >= 0.095 || size < 0.001) return trimmed(fixed(value, 1));
  return trimmed(fixed(value, 1 - Math.floor(Math.log10(size))));
}

/** Formats a bound, rounded away from zero: the smallest detectable leak must not be shown too small. */
export function formatBound(value: number): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  const step = value >= 10 ? 1 : value >= 0.1 ? 0.1 : 0.01;
  return trimmed(fixed(Math.ceil(value / step - 1e-9) * step, 2));
}

/** Adds a unit to a number, in the right grammatical number: `1 byte`, `64 bytes`, `0.5 bytes`. */
export function withUnit(
  number: string,
  unit: 'byte' | 'slot' | 'object' | 'iteration' | 'commit' | 'minute',
): string {
  return `${number} ${unit}${number === '1' ? '' : 's'}`;
}

/**
 * Formats a slope ± half its interval, with as many decimals as the interval justifies: `64.08 ± 0.06`,
 * `39,950 ± 120`. A half below 0.001 is written as 0.001, so that nothing looks exact that is not.
 */
export function formatSlope(slope: Slope): string {
  const half = Math.max(slope.high - slope.perIteration, slope.perIteration - slope.low);
  if (!Number.isFinite(slope.perIteration)) return UNKNOWN;
  if (!Number.isFinite(half)) return `${formatRate(slope.perIteration)} ± ${UNKNOWN}`;
  if (half <= 0) return `${trimmed(fixed(slope.perIteration, 3))} ± 0`;
  const decimals = Math.min(3, Math.max(0, -Math.floor(Math.log10(half))));
  return `${fixed(slope.perIteration, decimals)} ± ${fixed(Math.max(half, 10 ** -decimals), decimals)}`;
}

/** Formats a duration: `24.9 µs`, `1.3 ms`, `2.4 s`. */
export function formatMicroseconds(microseconds: number): string {
  if (microseconds >= 1e6) return `${fixed(microseconds / 1e6, 1)} s`;
  if (microseconds >= 1e3) return `${fixed(microseconds / 1e3, 1)} ms`;
  return `${fixed(microseconds, microseconds < 0.1 ? 3 : microseconds < 100 ? 1 : 0)} µs`;
}

const SIZES = [
  { from: 1e9, name: 'GB' },
  { from: 1e6, name: 'MB' },
  { from: 1e3, name: 'KB' },
] as const;

/**
 * Formats a size in decimal units, with two digits or whole: `900 bytes`, `2 KB`, `1.5 MB`, `24 MB`. Bounds
 * are rounded up.
 */
export function formatSize(bytes: number, rounding: 'up' | 'nearest' = 'nearest'): string {
  const round = (value: number, decimals: number): string => {
    const step = 10 ** -decimals;
    const whole = rounding === 'up' ? Math.ceil(value / step - 1e-9) : Math.round(value / step);
    return trimmed(fixed(whole * step, decimals));
  };
  // A value that rounds to a thousand of a unit is shown as one of the next unit.
  const unit = SIZES.find(({ from }) => Math.abs(bytes) >= from * 0.9995);
  if (unit === undefined) return withUnit(round(bytes, bytes < 10 ? 1 : 0), 'byte');
  const value = bytes / unit.from;
  return `${round(value, value < 9.95 ? 1 : 0)} ${unit.name}`;
}

/** Formats seconds with one decimal: `1.9`. */
export function formatSeconds(seconds: number): string {
  return fixed(seconds, 1);
}

/** Formats by number of decimals: making one takes longer than using it a thousand times. */
const formats = new Map<number, Intl.NumberFormat>();

function formatOf(decimals: number): Intl.NumberFormat {
  const known = formats.get(decimals);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat('en-US', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  });
  formats.set(decimals, made);
  return made;
}

function fixed(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return UNKNOWN;
  const text = formatOf(decimals).format(value);
  return /[1-9]/.test(text) ? text : text.replace('-', '');
}

function trimmed(text: string): string {
  return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}
