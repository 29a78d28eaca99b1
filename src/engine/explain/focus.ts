import { parseContextName } from '../../domain/loops/loop-context.ts';
import type { LoopRecord } from '../../domain/run/record.ts';
import { isJudged, type ScriptLoop } from '../../domain/loops/script-loop.ts';
import type { Focus } from '../../protocol/supervisor-env.ts';
import { setUpAround } from '../../analysis/loops/set-ups.ts';
import { isAt } from '../../domain/loops/loop-place.ts';
import { worstLoop } from '../../analysis/loops/loop-records.ts';

/** The loops that an explanation observes. */
export interface ExplainFocus {
  /** The loop whose iterations the marks fall between. */
  readonly focus: Focus;
  /** The set-up that it is a part of: what the loop keeps for later lines is freed when all of it is built again. */
  readonly setUp: Focus | null;
  /** Position of the loop that leaks; on a clean ruby of the last one. */
  readonly unit: number;
}

/** Finds the loop that leaks, the outermost loop around it, and the set-up that it is a part of. */
export function focusOn(loops: readonly ScriptLoop[], records: readonly LoopRecord[]): ExplainFocus {
  return focusOnLoop(worstLoop(records.map((record) => ({ record })))?.record ?? null, loops, records);
}

/** Does the same for one given record; null: the last loop. */
export function focusOnLoop(
  worst: LoopRecord | null,
  loops: readonly ScriptLoop[],
  records: readonly LoopRecord[],
): ExplainFocus {
  const found = worst === null ? -1 : positionOf(worst, loops, records);
  const unit = found === -1 ? Math.max(0, loops.findLastIndex(isJudged)) : found;
  const around = loops[unit]?.around.find((site) => {
    const loop = loops[site];
    return loop !== undefined && isJudged(loop);
  });
  const setUp = setUpAround(loops, unit);
  return {
    focus: { site: around ?? unit, context: parseContextName(worst?.context ?? null) },
    setUp: setUp === null ? null : { site: setUp, context: parseContextName(null) },
    unit,
  };
}

/**
 * Finds the position of a record's loop. Several loops may begin in one line: its place among their records
 * decides.
 */
function positionOf(
  record: LoopRecord,
  loops: readonly ScriptLoop[],
  records: readonly LoopRecord[],
): number {
  const alike = records.filter((one) => isAt(one, record));
  const positions = loops.flatMap(({ line, kind }, position) =>
    line === record.line && kind === record.kind ? [position] : [],
  );
  return positions[alike.indexOf(record)] ?? positions.at(-1) ?? -1;
}
