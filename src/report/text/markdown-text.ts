import { printable } from './printable.ts';

/** Characters with a meaning in Markdown, or in GitHub's flavour of it. */
const MARKS = /[\\`*_[\]<>|~$&]/g;
/** A mention or a reference is made after Markdown is read: only something between the sign and the word helps. */
const REFERENCE = /([@#])(?=\w)/g;

/** Escapes our own text for Markdown, without mentions. */
export function plainText(text: string): string {
  return printable(text)
    .replace(MARKS, (mark) => (mark === '<' ? '&lt;' : mark === '&' ? '&amp;' : `\\${mark}`))
    .replace(REFERENCE, '$1<!-- -->');
}

/**
 * Text that somebody else wrote (a script, a file name), on one line, as a code span: nothing in it is a mark, a
 * mention or a link there. The empty text gives the empty text.
 */
export function code(text: string): string {
  const line = printable(text).trim();
  if (line === '') return '';
  const fence = '`'.repeat(longestRun(line) + 1);
  const space = line.startsWith('`') || line.endsWith('`') ? ' ' : '';
  return `${fence}${space}${line}${space}${fence}`;
}

/** Formats the same inside a table, where a bar ends the cell even in a code span. */
export function cellCode(text: string): string {
  return code(text).replaceAll('|', String.raw`\|`);
}

/** Returns lines as a code block that nothing in them can close. */
export function codeBlock(lines: readonly string[], language = ''): string {
  const fence = '`'.repeat(Math.max(3, Math.max(0, ...lines.map(longestRun)) + 1));
  return [`${fence}${language}`, ...lines, fence].join('\n');
}

/**
 * Returns a table of GitHub's flavour; the texts are Markdown already. Columns in which no row says anything are left
 * out.
 */
export function markdownTable(
  columns: readonly { readonly title: string; readonly align: 'left' | 'right' }[],
  rows: readonly (readonly string[])[],
): string {
  const kept = columns.flatMap((column, index) =>
    index === 0 || rows.some((row) => (row[index] ?? '') !== '') ? [{ ...column, index }] : [],
  );
  return [
    tableRow(kept.map((column) => column.title)),
    tableRow(kept.map((column) => (column.align === 'left' ? '---' : '---:'))),
    ...rows.map((row) => tableRow(kept.map((column) => row[column.index] ?? ''))),
  ].join('\n');
}

function tableRow(texts: readonly string[]): string {
  return `| ${texts.join(' | ')} |`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
}
