import { parseContextName } from '../../domain/loop-context.ts';
import type { LoopRecord } from '../../domain/record.ts';
import type { ScriptLoop } from '../../domain/script-loop.ts';
import type { Focus } from '../../protocol/supervisor-env.ts';
import { worstLoop } from '../../analysis/loops/loop-records.ts';

const isJudged = ({ role }: ScriptLoop): boolean => role === 'driven' || role === 'counted';

/**
 * Finds the loop to look at: `unit` is the one that leaks (on a clean ruby, the last one), `focus` the outermost loop
 * around it, whose iterations the marks fall between.
 */
export function focusOn(
  loops: readonly ScriptLoop[],
  records: readonly LoopRecord[],
): { readonly focus: Focus; readonly unit: number } {
  const worst = worstLoop(records.map((record) => ({ record })))?.record ?? null;
  const found =
    worst === null ? -1 : loops.findIndex(({ line, kind }) => line === worst.line && kind === worst.kind);
  const unit = found === -1 ? Math.max(0, loops.findLastIndex(isJudged)) : found;
  const around = loops[unit]?.around.find((site) => {
    const loop = loops[site];
    return loop !== undefined && isJudged(loop);
  });
  return { focus: { site: around ?? unit, context: parseContextName(worst?.context ?? null) }, unit };
}
