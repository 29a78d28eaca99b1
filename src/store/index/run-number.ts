import type { RunPosition } from '../../engine/service/archive/run-query.ts';

/** Numbers within a millisecond. */
const IN_MOMENT = 1024;

/** Makes the first number of a moment: every run from then on has this one or a larger one. */
export function firstNumber(timestamp: string): number {
  const atMs = Date.parse(timestamp);
  return Number.isFinite(atMs) ? atMs * IN_MOMENT : 0;
}

/** Makes the number of a run, by which runs are in the order of their time. The next one is used where it is taken. */
export const runNumber = ({ createdAt, id }: RunPosition): number =>
  firstNumber(createdAt) + (Number.parseInt(id.slice(-4), 16) % IN_MOMENT || 0);
