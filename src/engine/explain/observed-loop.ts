import { sameLoops } from '../../analysis/compare/common-loop.ts';
import { worstLoop } from '../../analysis/loops/loop-records.ts';
import type { CellRecord } from '../../domain/run/record.ts';
import type { ExplainJob } from '../cell-runner.ts';

/** Finds the loop of a clean cell that is the same as the one that leaks elsewhere, which may be in another script. */
export function observedLoop(
  leaking: CellRecord,
  clean: CellRecord,
): Pick<ExplainJob, 'subject' | 'observed'> {
  if (leaking.settings.script === clean.settings.script) return { subject: leaking.loops };
  const worst = worstLoop(leaking.loops.map((record) => ({ record })))?.record;
  const same = sameLoops(leaking, clean).find(({ base }) => base === worst)?.other;
  return same === undefined
    ? { subject: leaking.loops }
    : { subject: clean.loops, observed: clean.loops.indexOf(same) };
}
