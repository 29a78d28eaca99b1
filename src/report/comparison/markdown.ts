import { markdownTable, plainText } from '../text/markdown-text.ts';
import { DIFFERENCE_COLUMNS, type ComparisonView } from './comparison-view.ts';

const COLUMNS = [
  { title: 'compared', align: 'left' as const },
  { title: 'with', align: 'left' as const },
  ...DIFFERENCE_COLUMNS.map((title) => ({ title, align: 'right' as const })),
  { title: 'note', align: 'left' as const },
];

/** Writes what is different as a Markdown table with a legend; nothing where a run compares nothing. */
export function comparisonMarkdown(view: ComparisonView | null): readonly string[] {
  if (view === null) return [];
  const rows = view.rows.map(({ cell, base, texts, reason }) =>
    [cell, base, ...texts, reason ?? ''].map(plainText),
  );
  return [markdownTable(COLUMNS, rows), plainText(view.legend)];
}
