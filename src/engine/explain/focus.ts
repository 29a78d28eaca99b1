import { parseContextName } from '../../domain/loops/loop-context.ts';
import type { LoopRecord } from '../../domain/run/record.ts';
import { isJudged, type ScriptLoop } from '../../domain/loops/script-loop.ts';
import type { Focus } from '../../protocol/supervisor-env.ts';
import { worstLoop } from '../../analysis/loops/loop-records.ts';

/**
 * Finds the loop to look at: `unit` is the one that leaks (on a clean ruby, the last one), `focus` the outermost loop
 * around it, whose iterations the marks fall between.
 */
export function focusOn(
  loops: readonly ScriptLoop[],
  records: readonly LoopRecord[],
): { readonly focus: Focus; readonly unit: number } {
  const worst = worstLoop(records.map((record) => ({ record })))?.record ?? null;
  const found = worst === null ? -1 : positionOf(worst, loops, records);
  const unit = found === -1 ? Math.max(0, loops.findLastIndex(isJudged)) : found;
  const around = loops[unit]?.around.find((site) => {
    const loop = loops[site];
    return loop !== undefined && isJudged(loop);
  });
  return { focus: { site: around ?? unit, context: parseContextName(worst?.context ?? null) }, unit };
}

/** Several loops may begin in one line: the record's place among its like tells which one it is. */
function positionOf(
  record: LoopRecord,
  loops: readonly ScriptLoop[],
  records: readonly LoopRecord[],
): number {
  const alike = records.filter(
    ({ line, kind, context }) => line === record.line && kind === record.kind && context === record.context,
  );
  const positions = loops.flatMap(({ line, kind }, position) =>
    line === record.line && kind === record.kind ? [position] : [],
  );
  return positions[alike.indexOf(record)] ?? positions.at(-1) ?? -1;
}
