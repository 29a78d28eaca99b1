import type { RunRecord } from '../../domain/run/record.ts';
import { leftOf } from '../../report/bisect/lines.ts';
import { withUnit } from '../../report/text/format-number.ts';

const MINUTE_MS = 60_000;

/**
 * Makes a reader of what is left of a search, with the time that takes if it goes on as before: a build lasts minutes.
 */
export function leftReader(now: () => number): (run: RunRecord) => string | null {
  const startedAt = now();
  return (run) => {
    const left = leftOf(run);
    if (left === null) return null;
    const measured = run.cells.filter(({ state, from }) => state === 'done' && from === null).length;
    const minutes =
      measured === 0 ? 0 : Math.round(((now() - startedAt) / measured / MINUTE_MS) * left.cells);
    return minutes < 1 ? left.text : `${left.text}, some ${withUnit(String(minutes), 'minute')}`;
  };
}
