import type { Difference } from '../../domain/measurement/repeats.ts';
import { formatSlope } from '../text/format-number.ts';

/** Formats the size of a difference, either way: `64.0 ± 0.1`. */
export function sizeText({ value, low, high }: Difference, per = 1): string {
  const half = Math.max(high - value, value - low) / per;
  const size = Math.abs(value) / per;
  return formatSlope({ perIteration: size, low: size - half, high: size + half, unit: 'bytes' });
}

/** Formats a difference with its sign, `-64.000 ± 0.006`; in brackets where it is not certain. */
export function signedText(difference: Difference, per = 1, unit = ''): string {
  const size = sizeText(difference, per);
  const isNothing = /^[0.,]+ /.test(size);
  const sign = isNothing ? '' : difference.value < 0 ? '-' : '+';
  const text = `${sign}${size}${unit}`;
  return difference.certainty === 'open' ? `(${text})` : text;
}

/** Shares as per cents, memory as megabytes. */
export const PERCENT = 0.01;
export const MEGABYTE = 1e6;
