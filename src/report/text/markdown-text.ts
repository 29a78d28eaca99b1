import { printable } from './printable.ts';

/** Characters with a meaning in Markdown, or in GitHub's flavour of it. */
const MARKS = /[\\`*_[\]<>|~$&]/g;
/**
 * Start of a mention or a reference. GitHub makes these after it has parsed Markdown, so escapes do not help:
 * something has to be between sign and word.
 */
const REFERENCE = /([@#])(?=\w)/g;

/** Escapes our own text for Markdown, without mentions. */
export function plainText(text: string): string {
  return printable(text)
    .replace(MARKS, (mark) => (mark === '<' ? '&lt;' : mark === '&' ? '&amp;' : `\\${mark}`))
    .replace(REFERENCE, '$1<!-- -->');
}

/**
 * Formats foreign text (a script, a file name) as a code span on one line, in which nothing is a mark, a
 * mention or a link. The empty text stays empty.
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

/** Formats lines as a code block that nothing in them can close. */
export function codeBlock(lines: readonly string[], language = ''): string {
  const fence = '`'.repeat(Math.max(3, Math.max(0, ...lines.map(longestRun)) + 1));
  return [`${fence}${language}`, ...lines, fence].join('\n');
}

/** Formats a table in GitHub's Markdown; the texts are Markdown already. Empty columns are left out. */
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
