import { summaryOf, type RunSummary } from './archive/run-summary.ts';
import type { LiveRun } from './live-run.ts';

/** An unfinished run, and the place of its next cell in the queue; null where none of its cells waits. */
export interface QueuedRun {
  readonly summary: RunSummary;
  readonly position: number | null;
}

/** What the service is doing, and what comes next. */
export interface ServiceQueue {
  /** Runs that are measured, the oldest first. */
  readonly running: readonly QueuedRun[];
  /** Runs of which nothing was measured, in the order of their places. */
  readonly waiting: readonly QueuedRun[];
  readonly measuringCells: number;
  readonly waitingCells: number;
  /** Why there is no engine, and what to do; null while there is one. */
  readonly engineProblem: string | null;
}

const placeOf = ({ position }: QueuedRun): number => position ?? Number.MAX_SAFE_INTEGER;

/** Splits the unfinished runs into those that are measured and those that wait. */
export function queueOf(
  lives: readonly LiveRun[],
  positions: ReadonlyMap<string, number>,
): Pick<ServiceQueue, 'running' | 'waiting'> {
  const all = lives.map((live) => ({
    summary: summaryOf(live.record),
    position: positions.get(live.id) ?? null,
  }));
  const byTime = all.toSorted((a, b) => (a.summary.createdAt < b.summary.createdAt ? -1 : 1));
  return {
    running: byTime.filter(({ summary }) => summary.state !== 'queued'),
    waiting: byTime
      .filter(({ summary }) => summary.state === 'queued')
      .toSorted((a, b) => placeOf(a) - placeOf(b)),
  };
}
