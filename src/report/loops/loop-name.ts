import { formatCount } from '../text/format-number.ts';
import { printable } from '../text/printable.ts';
import { joinNames } from '../../domain/names.ts';
import type { LoopView } from './loop-views.ts';

/** The parts that a loop's name depends on. */
export type Named = Pick<LoopView, 'line' | 'kind' | 'context' | 'nth'>;

/** Loops that are named in one sentence; a table names more. */
const MOST_NAMED = 8;

/** Names a loop: `line 5 in test_trace_points`, `line 3 (2nd loop)`, `the script’s body`. */
export function loopName(loop: Named): string {
  return loopNames([loop]);
}

/** Names a loop in a column of lines: `4`, `4 (2nd loop)`, `body`. */
export function lineText({ line, kind, nth }: Named): string {
  if (kind === 'body') return 'body';
  return nth === null ? String(line) : `${line} (${ordinal(nth)} loop)`;
}

/** Names several loops: `lines 2 and 6 in test_a and line 3 in round 1`; too many are counted instead. */
export function loopNames(loops: readonly Named[]): string {
  const named = loops.length > MOST_NAMED ? loops.slice(0, MOST_NAMED - 2) : loops;
  const byContext = [...Map.groupBy(named, (loop) => loop.context)].map(([context, same]) => ({
    lines: linesText(same),
    where: context === null ? [] : [printable(context)],
  }));
  // The rounds of a table run the same lines: `line 3 in round 1 and round 2`.
  const parts = [...Map.groupBy(byContext, ({ lines, where }) => `${where.length} ${lines}`).values()].map(
    (same) => {
      const contexts = joinNames(same.flatMap(({ where }) => where));
      return `${same[0]?.lines ?? ''}${contexts === '' ? '' : ` in ${contexts}`}`;
    },
  );
  const more = loops.length - named.length;
  return joinNames([...parts, ...(more === 0 ? [] : [`${formatCount(more)} more loops`])]);
}

function linesText(loops: readonly Named[]): string {
  const bodies = loops.some(({ kind }) => kind === 'body') ? ['the script’s body'] : [];
  const lines = loops.filter(({ kind }) => kind !== 'body').map(lineText);
  const text = lines.length === 0 ? [] : [`line${lines.length > 1 ? 's' : ''} ${joinNames(lines)}`];
  return joinNames([...bodies, ...text]);
}

function ordinal(nth: number): string {
  const last = nth % 100 >= 11 && nth % 100 <= 13 ? 0 : nth % 10;
  return `${nth}${['th', 'st', 'nd', 'rd'][last] ?? 'th'}`;
}
