import type { CellId } from '../../domain/cell/cell-id.ts';
import type { CellRecord, RunRecord } from '../../domain/run/record.ts';
import { comparisonLines } from '../comparison/comparison-lines.ts';
import { comparisonView } from '../comparison/comparison-view.ts';
import { findingLines } from '../explain/text.ts';
import { explanationView } from '../explain/finding-view.ts';
import { failureDetails, footnotes } from '../summary/footnotes.ts';
import { boundaryHint, explainHint, hintText } from '../summary/hint.ts';
import { columnWidths, lineWidth, tableLine, wrap, type Column } from '../text/layout.ts';
import { transitionLines } from '../bisect/lines.ts';
import { loopLines } from '../rows/loop-lines.ts';
import { orderedCells } from '../../domain/run/ordered-cells.ts';
import { resultSentence } from '../bisect/sentence.ts';
import { commonScale, sparkline, type Scale } from '../text/sparkline.ts';
import type { Style } from '../text/style.ts';
import { cellTable, rowNote } from '../rows/table-row.ts';

export interface TableOptions {
  /** Columns of the terminal, or of the page the table goes to. */
  readonly width: number;
  readonly style: Style;
  /** Live bytes at each checkpoint, by cell; cells without a curve have none in the table. */
  readonly curves: ReadonlyMap<CellId, readonly number[]>;
}

const CURVE: Column = { title: 'growth', align: 'left' };
const NOTE: Column = { title: 'note', align: 'left' };
const CURVE_WIDTH = 12;
const SHED_FIRST = ['growth', 'seconds', 'time/iteration', 'slots/iteration', 'iterations'];
/** A note narrower than this goes below its row. */
const LEAST_NOTE_WIDTH = 28;
/** Least bytes of a sparkline's scale, so that a clean ruby's noise looks flat. */
const LEAST_CURVE_SPAN = 64 * 1024;

/**
 * Writes the run as text: a row per ruby, a row per loop where there are several, errors, notes, and the
 * sentence last.
 */
export function table(run: RunRecord, options: TableOptions): string {
  const { style, width } = options;
  const view = explanationView(run);
  const comparison = comparisonView(run);
  const paragraphs = [
    tableLines(run, options),
    loopLines(run, options),
    comparisonLines(comparison, options),
    ...failureDetails(run),
    ...(view === null ? [] : [findingLines(view, options)]),
    transitionLines(run, style),
    footnotes(run).flatMap((note) => hanging(`* ${note}`, width)),
  ].filter((lines) => lines.length > 0);
  const hints = [boundaryHint(run, style.command), explainHint(run, style.command)].filter(
    (hint) => hint !== null,
  );
  return [
    ...paragraphs.flatMap((lines) => [...lines, '']),
    style.bold(resultSentence(run.cells, run.listed, run.bisect)),
    ...(comparison?.sentences ?? []).map((text) => style.bold(text)),
    ...hints.map((hint) => style.dim(hintText(hint))),
    '',
  ].join('\n');
}

function tableLines(run: RunRecord, { width, style, curves }: TableOptions): readonly string[] {
  if (run.cells.length === 0) return [];
  const ordered = orderedCells(run);
  const scale = commonScale(curves.values(), LEAST_CURVE_SPAN);
  const { columns: own, textsOf } = cellTable(ordered);
  const columns = curves.size > 0 ? [...own, CURVE] : own;
  const rows = ordered.map((cell) => [...textsOf(cell), curveOf(cell, curves, scale)]);
  const widths = fitting(columns, columnWidths(columns, rows), width);
  const noteWidth = width - lineWidth(widths) - 2;
  const beside = noteWidth >= LEAST_NOTE_WIDTH;
  const head = beside
    ? tableLine([...titles(columns), NOTE.title], [...columns, NOTE], [...widths, 4])
    : undefined;
  const lines = [style.bold((head ?? tableLine(titles(columns), columns, widths)).trimEnd())];
  for (const [index, cell] of ordered.entries()) {
    const text = tableLine(rows[index] ?? [], columns, widths);
    const note = rowNote(cell);
    const row = painted(cell, beside && note !== '' ? text : text.trimEnd(), style);
    if (note === '') lines.push(row);
    else if (beside) {
      const [first = '', ...rest] = wrap(note, noteWidth);
      lines.push(`${row}  ${first}`, ...rest.map((line) => `${' '.repeat(lineWidth(widths) + 2)}${line}`));
    } else lines.push(row, ...wrap(note, Math.max(20, width - 4)).map((line) => `    ${line}`));
  }
  return lines;
}

/**
 * Removes columns that a narrow terminal has no room for, the least important first; other formats have them.
 */
function fitting(columns: readonly Column[], widths: readonly number[], width: number): readonly number[] {
  const kept = [...widths];
  for (const title of SHED_FIRST) {
    if (lineWidth(kept) <= width) break;
    kept[columns.findIndex((column) => column.title === title)] = 0;
  }
  return kept;
}

function titles(columns: readonly Column[]): readonly string[] {
  return columns.map((column) => column.title);
}

function curveOf(cell: CellRecord, curves: ReadonlyMap<CellId, readonly number[]>, scale: Scale): string {
  return sparkline(curves.get(cell.id) ?? [], CURVE_WIDTH, scale);
}

function painted(cell: CellRecord, line: string, style: Style): string {
  if (cell.verdict === 'leak') return style.red(line);
  return cell.verdict === 'clean' ? style.green(line) : style.yellow(line);
}

function hanging(text: string, width: number): readonly string[] {
  return wrap(text, Math.max(20, width - 2)).map((line, index) => (index === 0 ? line : `  ${line}`));
}
