import { megabytesPerHour } from '../../domain/measurement/hourly.ts';
import type { LoopRecord } from '../../domain/run/record.ts';
import { formatBound, formatSize, withUnit } from '../text/format-number.ts';

/**
 * What a clean verdict does not rule out: bytes per iteration and, of bodies that are slow, bytes per hour of
 * looping.
 */
export interface Bound {
  readonly bytes: number;
  /** null where an iteration is so short that a sum per hour says nothing more. */
  readonly bytesPerHour: number | null;
}

/** Microseconds of an iteration from which on a body is slow. */
const SLOW = 1000;

/** Makes the bound of a cell or loop; null where none was found. */
export function boundOf(
  of: Pick<LoopRecord, 'smallestDetectable' | 'microsecondsPerIteration'>,
): Bound | null {
  const { smallestDetectable: bytes, microsecondsPerIteration: time } = of;
  if (bytes === null) return null;
  const isSlow = time !== null && time >= SLOW;
  return { bytes, bytesPerHour: isSlow ? megabytesPerHour(bytes, time) * 1e6 : null };
}

/**
 * Picks the weakest of the bounds, which holds for all; null where one of them is missing, or there is none.
 */
export function weakestBound(bounds: readonly (Bound | null)[]): Bound | null {
  const known = bounds.filter((bound) => bound !== null);
  if (known.length < bounds.length || known.length === 0) return null;
  const hours = known.map((bound) => bound.bytesPerHour).filter((bytes) => bytes !== null);
  return {
    bytes: Math.max(...known.map((bound) => bound.bytes)),
    bytesPerHour: hours.length < known.length ? null : Math.max(...hours),
  };
}

/**
 * Formats a bound: `0.5 bytes per iteration`, `2 KB per iteration (24 MB per hour of looping as measured)`.
 * @param per what growth is counted by: `per iteration`
 */
export function boundText(bound: Bound, per = 'per iteration'): string {
  const { bytes } = bound;
  const isLong = bound.bytesPerHour !== null && bytes >= 1000;
  const size = isLong ? formatSize(bytes, 'up') : withUnit(formatBound(bytes), 'byte');
  const hourly = hourlyText(bound);
  return `${size} ${per}${hourly === null ? '' : ` (${hourly})`}`;
}

/** Formats a bound per hour, `24 MB per hour of looping as measured`; null where bodies are not slow. */
export function hourlyText({ bytesPerHour }: Bound): string | null {
  return bytesPerHour === null ? null : `${formatSize(bytesPerHour, 'up')} per hour of looping as measured`;
}
