import type { Explanation } from '../../domain/leak/explanation.ts';
import type { CellRecord } from '../../domain/run/record.ts';
import { formatSeconds, formatSlope } from '../../report/text/format-number.ts';
import { reportedSlope } from '../../domain/run/leak-groups.ts';
import { loopClauses } from '../../report/loops/clauses.ts';
import { namesLoops } from '../../report/loops/loop-views.ts';
import { rowNote, verdictWord } from '../../report/rows/table-row.ts';
import { CAUSE_WORDS } from '../../report/cells/words.ts';

/** Describes a finished cell in a few words: `leak, 64.08 ± 0.06 bytes per iteration (native), 1.9 s`. */
export function cellSummary(cell: CellRecord): string {
  const from = cell.from === null ? '' : `, from run ${cell.from.run}`;
  return `${measuredSummary(cell)}${from}`;
}

function measuredSummary(cell: CellRecord): string {
  if (cell.outcome !== 'measured') {
    const note = rowNote(cell);
    return note === '' ? verdictWord(cell) : `${verdictWord(cell)}: ${note}`;
  }
  if (namesLoops([cell])) return `${loopsSummary(cell)}, ${formatSeconds(cell.seconds)} s`;
  const slope = reportedSlope(cell);
  const rate = slope === null ? [] : [`${formatSlope(slope)} bytes per iteration`];
  if (cell.cause !== null) rate.push(`(${CAUSE_WORDS[cell.cause]})`);
  return [
    verdictWord(cell),
    ...(rate.length > 0 ? [rate.join(' ')] : []),
    `${formatSeconds(cell.seconds)} s`,
  ].join(', ');
}

/** `leak: line 4 leaks 64 bytes per iteration (native); line 6 is clean`: of one ruby, so it need not be named. */
function loopsSummary(cell: CellRecord): string {
  const { clauses } = loopClauses([cell], [], 'unnamed');
  return `${verdictWord(cell)}: ${clauses.join('; ')}`;
}

/** Describes an explanation in a few words: `1 place named, 98 % of the growth, 3.1 s`. */
export function explanationSummary({ role, findings, accountedFor, seconds, notes }: Explanation): string {
  const took = `${formatSeconds(seconds)} s`;
  if (role === 'comparison') return `compared with the leak, ${took}`;
  if (findings.length === 0)
    return `nothing was found${notes.length === 0 ? '' : `: ${notes.join('; ')}`}, ${took}`;
  const places = `${findings.length} ${findings.length === 1 ? 'place' : 'places'} named`;
  const share = accountedFor === null ? [] : [`${Math.round(accountedFor * 100)} % of the growth`];
  return [places, ...share, took].join(', ');
}
