import type { CellRecord, LoopRecord } from '../../domain/run/record.ts';
import { boundOf, boundText, hourlyText } from '../cells/bound.ts';
import { formatCount, formatMicroseconds, formatSeconds, formatSlope } from '../text/format-number.ts';
import { reportedSlope } from '../../domain/run/leak-groups.ts';
import type { Column } from '../text/layout.ts';
import { loopName } from '../loops/loop-name.ts';
import { namesLoops, loopViews } from '../loops/loop-views.ts';
import { printable, printableLines } from '../text/printable.ts';
import { CAUSE_WORDS, FAILURE_WORDS } from '../cells/words.ts';
import { settingColumns } from './setting-columns.ts';

/** Columns of a verdict and its figures, of a cell as of a loop. */
export const VERDICT_COLUMNS: readonly Column[] = [
  { title: 'verdict', align: 'left' },
  { title: 'cause', align: 'left' },
  { title: 'bytes/iteration', align: 'right' },
  { title: 'slots/iteration', align: 'right' },
  { title: 'iterations', align: 'right' },
  { title: 'time/iteration', align: 'right' },
];

/** A table of cells, and what its rows say. */
export interface CellTable {
  readonly columns: readonly Column[];
  /** Makes the texts of one cell, in the order of the columns. */
  readonly textsOf: (cell: CellRecord) => readonly string[];
}

/** Makes a table of cells, with a column for each setting in which they differ. */
export function cellTable(cells: readonly CellRecord[]): CellTable {
  const settings = settingColumns(cells);
  return {
    columns: [
      ...['ruby', ...settings.titles].map((title) => ({ title: printable(title), align: 'left' as const })),
      ...VERDICT_COLUMNS,
      { title: 'seconds', align: 'right' },
    ],
    textsOf: (cell) => [...settings.textsOf(cell).map(printable), ...resultTexts(cell)],
  };
}

/** Makes the texts of a cell's result, in the order of VERDICT_COLUMNS, and its seconds. */
function resultTexts(cell: CellRecord): readonly string[] {
  const slope = reportedSlope(cell);
  return [
    verdictWord(cell),
    cell.cause === null ? '' : CAUSE_WORDS[cell.cause],
    slope === null ? '' : formatSlope(slope),
    cell.growth === null ? '' : formatSlope(cell.growth.liveSlots),
    cell.iterations === 0 ? '' : formatCount(cell.iterations),
    cell.microsecondsPerIteration === null ? '' : formatMicroseconds(cell.microsecondsPerIteration),
    cell.seconds === 0 ? '' : formatSeconds(cell.seconds),
  ];
}

/** Names the verdict, or why there is none: `leak`, `clean`, `inconclusive`, `script error`. */
export function verdictWord(cell: CellRecord): string {
  if (cell.outcome === null) return 'not run';
  if (cell.outcome !== 'measured') return FAILURE_WORDS[cell.outcome];
  return cell.verdict ?? 'no verdict';
}

/** Describes the evidence, why there is no verdict, or the first line of the error. */
export function rowNote(cell: CellRecord): string {
  const parts: string[] = [];
  if (cell.outcome !== 'measured' && cell.line !== null) parts.push(`line ${cell.line}:`);
  parts.push(worstLoopText(cell), shownText(cell));
  if (cell.verdict === 'leak' && !cell.confirmed) parts.push('(seen once, not confirmed)');
  return parts.filter((part) => part !== '').join(' ');
}

/** Names the worst of several loops: `line 4`; null where none is worse than the others. */
export function worstLoopName(cell: CellRecord): string | null {
  if (!namesLoops([cell]) || cell.verdict === null || cell.verdict === 'clean') return null;
  const worst = loopViews([cell], []).find(({ onCells }) =>
    onCells.some((loop) => loop.verdict === cell.verdict && loop.message === cell.message),
  );
  return worst === undefined ? null : loopName(worst);
}

function worstLoopText(cell: CellRecord): string {
  const name = worstLoopName(cell);
  return name === null ? '' : `${name}:`;
}

/** Picks the first line of the message; for a clean loop without one, describes its bound. */
export function shownText(
  of: Pick<LoopRecord, 'code' | 'message' | 'verdict' | 'smallestDetectable' | 'microsecondsPerIteration'>,
): string {
  const message = printableLines(of.message ?? '')[0] ?? '';
  const bound = of.verdict === 'clean' ? boundOf(of) : null;
  if (bound === null) return message;
  if (of.message === null) return `no growth above ${boundText(bound)}`;
  // Messages with a code contain the bound per hour themselves.
  const hourly = of.code === null ? hourlyText(bound) : null;
  return hourly === null ? message : `${message} (${hourly})`;
}
