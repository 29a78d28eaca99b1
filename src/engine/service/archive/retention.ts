import type { RunState } from '../../../domain/run/record.ts';

export interface Kept {
  readonly id: string;
  readonly state: RunState;
  readonly createdAt: string;
  readonly bytes: number;
}

const DAY_MS = 86_400_000;

/** Chooses finished runs to remove: those that are too old, and the oldest when all take too much space. */
export function expired(
  runs: readonly Kept[],
  limits: { readonly keepDays: number; readonly keepBytes: number },
  now: string,
): readonly string[] {
  const oldestFirst = runs.toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
  const oldest = Date.parse(now) - limits.keepDays * DAY_MS;
  let bytes = runs.reduce((sum, run) => sum + run.bytes, 0);
  return oldestFirst.flatMap((run) => {
    const finished = run.state === 'done' || run.state === 'cancelled';
    if (!finished || (Date.parse(run.createdAt) >= oldest && bytes <= limits.keepBytes)) return [];
    bytes -= run.bytes;
    return [run.id];
  });
}

/** Tells whether there may be a run to remove, so that not every run has to be looked at. */
export function mayExpire(
  { bytes, oldest }: { readonly bytes: number; readonly oldest: string | null },
  limits: { readonly keepDays: number; readonly keepBytes: number },
  now: string,
): boolean {
  const isOld = oldest !== null && Date.parse(oldest) < Date.parse(now) - limits.keepDays * DAY_MS;
  return isOld || bytes > limits.keepBytes;
}
