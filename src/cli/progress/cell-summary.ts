import type { CellRecord } from '../../domain/record.ts';
import { formatSeconds, formatSlope } from '../../report/format-number.ts';
import { reportedSlope } from '../../report/groups.ts';
import { rowNote, verdictWord } from '../../report/table-row.ts';
import { CAUSE_WORDS } from '../../report/words.ts';

/** A finished cell in a few words: `leak, 64.08 ± 0.06 bytes per iteration (native), 1.9 s`. */
export function cellSummary(cell: CellRecord): string {
  if (cell.outcome !== 'measured') {
    const note = rowNote(cell);
    return note === '' ? verdictWord(cell) : `${verdictWord(cell)}: ${note}`;
  }
  const slope = reportedSlope(cell);
  const rate = slope === null ? [] : [`${formatSlope(slope)} bytes per iteration`];
  if (cell.cause !== null) rate.push(`(${CAUSE_WORDS[cell.cause]})`);
  return [
    verdictWord(cell),
    ...(rate.length > 0 ? [rate.join(' ')] : []),
    `${formatSeconds(cell.seconds)} s`,
  ].join(', ');
}
