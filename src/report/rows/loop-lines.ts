import type { RunRecord } from '../../domain/run/record.ts';
import { columnWidths, lineWidth, tableLine, widthOf, wrap, type Column } from '../text/layout.ts';
import type { Style } from '../text/style.ts';
import { LOOP_COLUMNS, loopRows, type LoopRow } from './loop-rows.ts';
import { namesLoops } from '../loops/loop-views.ts';

const NOTE: Column = { title: 'note', align: 'left' };
const RUBIES = LOOP_COLUMNS.findIndex(({ title }) => title === 'rubies');
/** Names of rubies and contexts that are wider than this, or this part of the page, are broken within their column. */
const NAMES_WIDTH = { least: 10, most: 28, part: 5.5 };
const LEAST_NOTE_WIDTH = 28;
const SHED_FIRST = ['time/iteration', 'slots/iteration', 'iterations', 'cause'];

/** Draws a table of the script's loops below that of its rubies; nothing where there is one loop. */
export function loopLines(
  run: RunRecord,
  { width, style }: { readonly width: number; readonly style: Style },
): readonly string[] {
  if (!namesLoops(run.cells)) return [];
  const { rows, left } = loopRows(run.cells, run.listed);
  const broken = rows.map((row) => row.texts.map((text, index) => brokenText(text, index, width)));
  const widest = broken.map((texts) => texts.map((lines) => longest(lines)));
  const widths = fitting(columnWidths(LOOP_COLUMNS, widest), width);
  const noteWidth = width - lineWidth(widths) - 2;
  const beside = noteWidth >= LEAST_NOTE_WIDTH && rows.some(({ note }) => note !== '');
  const titles = LOOP_COLUMNS.map(({ title }) => title);
  const head = beside
    ? tableLine([...titles, NOTE.title], [...LOOP_COLUMNS, NOTE], [...widths, NOTE.title.length])
    : tableLine(titles, LOOP_COLUMNS, widths);
  const lines = rows.flatMap((row, index) => {
    const texts = broken[index] ?? [];
    const notes = beside && row.note !== '' ? wrap(row.note, noteWidth) : [];
    const below =
      beside || row.note === '' ? [] : wrap(row.note, Math.max(20, width - 4)).map((line) => `    ${line}`);
    const height = Math.max(notes.length, ...texts.map((text) => text.length));
    const drawn = Array.from({ length: height }, (_, at) => {
      const own = texts.map((text) => text[at] ?? '');
      const line = tableLine(own, LOOP_COLUMNS, widths);
      const note = notes[at];
      return note === undefined
        ? painted(row, line.trimEnd(), style)
        : `${painted(row, line, style)}  ${note}`;
    });
    return [...drawn, ...below];
  });
  return [style.bold(head.trimEnd()), ...lines, ...(left === null ? [] : [style.dim(left)])];
}

function brokenText(text: string, column: number, width: number): readonly string[] {
  const { least, most, part } = NAMES_WIDTH;
  return column <= RUBIES ? wrap(text, Math.max(least, Math.min(most, Math.floor(width / part)))) : [text];
}

function longest(lines: readonly string[]): string {
  return lines.reduce((a, b) => (widthOf(b) > widthOf(a) ? b : a), '');
}

function fitting(widths: readonly number[], width: number): readonly number[] {
  const kept = [...widths];
  for (const title of SHED_FIRST) {
    if (lineWidth(kept) <= width) break;
    kept[LOOP_COLUMNS.findIndex((column) => column.title === title)] = 0;
  }
  return kept;
}

function painted({ verdict }: LoopRow, line: string, style: Style): string {
  if (verdict === 'leak') return style.red(line);
  return verdict === 'clean' ? style.green(line) : style.yellow(line);
}
