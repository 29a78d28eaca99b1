import { liveBytes, type Sample } from '../domain/measurement/sample.ts';

/** Checkpoints that are looked at. A clean script's first ones often rise, three or four of them. */
const NEWEST = 7;
/** How often live bytes have to rise between them: a table that doubles rises seldom. */
const LEAST_RISES = 2;
/** Bytes in all, below which a rise is nothing to act on. */
const LEAST_BYTES = 320;

/**
 * Tells whether a loop looks as if it leaked, long before that is certain: over the newest checkpoints live bytes rose
 * and never fell. Good enough to start a container for, and nothing else.
 */
export function leansToLeak(samples: readonly Sample[]): boolean {
  const bytes = samples.slice(-NEWEST).map(liveBytes);
  if (bytes.length < NEWEST) return false;
  const steps = bytes.slice(1).map((now, index) => now - (bytes[index] ?? now));
  const rises = steps.filter((step) => step > 0).length;
  return (
    steps.every((step) => step >= 0) &&
    rises >= LEAST_RISES &&
    steps.reduce((sum, step) => sum + step, 0) >= LEAST_BYTES
  );
}
