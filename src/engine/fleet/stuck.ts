import type { HandOut } from './hand-out.ts';

/** Time that work waits for a worker that could do it, while others are there: a host starts again within it. */
const MOST_STUCK_MS = 600_000;

/**
 * Notes since when there is no worker for a hand-out, such as one of its architecture, though others are there; tells
 * whether that has lasted for too long. Where no worker is there at all, runs wait for one.
 */
export function isStuckForTooLong(handOut: HandOut, now: number, isAnybodyAble: boolean): boolean {
  const isStuck = isAnybodyAble && handOut.worker === null && handOut.route() === null;
  if (isStuck && handOut.stuckSince === null) handOut.onStuck();
  handOut.stuckSince = isStuck ? (handOut.stuckSince ?? now) : null;
  return handOut.stuckSince !== null && now - handOut.stuckSince > MOST_STUCK_MS;
}
