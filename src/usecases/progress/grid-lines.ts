import { formatCount, formatRate } from '../../report/text/format-number.ts';
import { pad, truncate } from '../../report/text/layout.ts';
import { printable } from '../../report/text/printable.ts';
import { commonScale, sparkline } from '../../report/text/sparkline.ts';
import type { Style } from '../../report/text/style.ts';
import { verdictWord } from '../../report/rows/table-row.ts';
import { cellSummary } from './cell-summary.ts';
import type { GridRow, GridRows } from './grid-rows.ts';

export interface GridPage {
  readonly columns: number;
  readonly rows: number;
  readonly style: Style;
}

const CURVE_WIDTH = 10;
/** Bytes below which a curve stays flat. */
const LEAST_SPAN = 64 * 1024;

/**
 * Draws the live grid: one line per ruby, never more lines than the terminal has. When there are too many
 * rubies, those that run come first and the last line counts the others.
 */
export function gridLines(rows: GridRows, page: GridPage): readonly string[] {
  const all = [...rows.values()];
  const room = Math.max(2, page.rows - 2);
  const shown = all.length <= room ? all : mostInteresting(all, room - 1);
  const scale = commonScale(
    all.map((row) => row.curve),
    LEAST_SPAN,
  );
  const nameWidth = Math.max(0, ...shown.map((row) => printable(row.id).length));
  const lines = shown.map((row) => {
    const name = pad(printable(row.id), nameWidth, 'left');
    const curve = pad(sparkline(row.curve, CURVE_WIDTH, scale), CURVE_WIDTH, 'left');
    return painted(row, truncate(`${name}  ${curve}  ${rowText(row)}`, page.columns - 1), page.style);
  });
  return shown.length === all.length ? lines : [...lines, page.style.dim(counted(all, shown))];
}

function rowText(row: GridRow): string {
  const detail = row.detail === null ? '' : ` (${printable(row.detail)})`;
  if (row.cell !== null) return `${cellSummary(row.cell)}${detail}`;
  if (row.state !== 'measuring' || row.iterations === 0) return `${row.state}${detail}`;
  const slope = row.slope === null ? '' : `, ${formatRate(row.slope)} bytes per iteration so far`;
  return `${row.state}  ${formatCount(row.iterations)} iterations${slope}${detail}`;
}

/** Picks running rubies, then those that ended last, then waiting ones; returns them in their usual order. */
function mostInteresting(all: readonly GridRow[], room: number): readonly GridRow[] {
  const running = all.filter((row) => row.state !== 'queued' && row.state !== 'done');
  const done = all.filter((row) => row.state === 'done').toReversed();
  const queued = all.filter((row) => row.state === 'queued');
  const kept = new Set([...running, ...done, ...queued].slice(0, room));
  return all.filter((row) => kept.has(row));
}

function counted(all: readonly GridRow[], shown: readonly GridRow[]): string {
  const hidden = all.filter((row) => !shown.includes(row));
  const words = hidden.map((row) => (row.cell === null ? row.state : verdictWord(row.cell)));
  const counts = [...Map.groupBy(words, (word) => word)].map(([word, same]) => `${same.length} ${word}`);
  return `… and ${counts.join(', ')}`;
}

function painted(row: GridRow, line: string, style: Style): string {
  if (row.cell === null) return row.state === 'queued' ? style.dim(line) : line;
  if (row.cell.verdict === 'leak') return style.red(line);
  return row.cell.verdict === 'clean' ? style.green(line) : style.yellow(line);
}
