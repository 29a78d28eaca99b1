import type { Sample } from '../../domain/measurement/sample.ts';
import { between, lastIteration, type Series } from './series.ts';

/** Large blocks that may be added while a table doubles: it has a few, and others double beside it. */
const FEW = 4;

/** Live bytes in small blocks and slots, and bytes in large blocks; null where large blocks were not distinguished. */
export interface SizeClasses {
  readonly small: Series;
  readonly large: Series;
}

/** Splits live bytes into those in small and those in large blocks. */
export function splitBySize(samples: readonly Sample[]): SizeClasses | null {
  const small: { x: number; y: number }[] = [];
  const large: { x: number; y: number }[] = [];
  for (const { iterations: x, mallocBytes, largeBytes } of samples) {
    if (largeBytes === null) return null;
    small.push({ x, y: mallocBytes - largeBytes });
    large.push({ x, y: largeBytes });
  }
  return { small, large };
}

/**
 * Tells whether large blocks only replace each other in the second half of the run: their number hardly
 * grows.
 */
export function fewLarge(samples: readonly Sample[]): boolean {
  const last = samples.at(-1);
  if (last?.largeBlocks === null || last === undefined) return false;
  const half = samples.find(({ iterations }) => iterations > last.iterations / 2);
  return last.largeBlocks - (half?.largeBlocks ?? 0) <= FEW;
}

/**
 * Calculates the bytes that large blocks gained per iteration over the last five octaves, or as far as the
 * run goes back: the steps of a table that doubles average out.
 */
export function largeRate({ large }: SizeClasses): number {
  const last = lastIteration(large);
  const window = between(large, last / 32, last);
  const first = window[0];
  const end = window.at(-1);
  return first === undefined || end === undefined || end.x === first.x
    ? 0
    : (end.y - first.y) / (end.x - first.x);
}
