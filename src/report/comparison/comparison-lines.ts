import { columnWidths, tableLine, wrap, type Column } from '../text/layout.ts';
import { printable } from '../text/printable.ts';
import type { Style } from '../text/style.ts';
import { DIFFERENCE_COLUMNS, type ComparisonView, type DifferenceRow } from './comparison-view.ts';

const COLUMNS: readonly Column[] = [
  { title: 'compared', align: 'left' },
  { title: 'with', align: 'left' },
  ...DIFFERENCE_COLUMNS.map((title) => ({ title, align: 'right' }) as const),
];

/** Draws a table of what is different, below that of the rubies; nothing where a run compares nothing. */
export function comparisonLines(
  view: ComparisonView | null,
  { width, style }: { readonly width: number; readonly style: Style },
): readonly string[] {
  if (view === null) return [];
  const rows = view.rows.map(textsOf);
  const widths = columnWidths(COLUMNS, rows);
  const head = tableLine(
    COLUMNS.map(({ title }) => title),
    COLUMNS,
    widths,
  );
  return [
    style.bold(head.trimEnd()),
    ...view.rows.flatMap(({ reason }, index) => [
      tableLine(rows[index] ?? [], COLUMNS, widths).trimEnd(),
      ...(reason === null
        ? []
        : wrap(printable(reason), Math.max(20, width - 4)).map((line) => `    ${line}`)),
    ]),
    ...wrap(view.legend, Math.max(20, width)).map((line) => style.dim(line)),
  ];
}

const textsOf = ({ cell, base, texts }: DifferenceRow): readonly string[] => [
  printable(cell),
  printable(base),
  ...texts,
];
