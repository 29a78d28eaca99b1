import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

export interface Column {
  readonly title: string;
  readonly align: 'left' | 'right';
}

const GAP = '  ';

/** Characters of tables that are one column wide: printable ASCII, block elements, and the signs our reports use. */
const ONE_COLUMN_EACH = /^[ -~\u2580-\u259f±µ×·–—…→≤≥≈’]*$/;

/**
 * Measures a text in columns of a terminal. What is plainly one column per character is counted here: string-width
 * compiles its expressions for emoji (40 ms) with the first text that it is given.
 */
export const widthOf = (text: string): number =>
  ONE_COLUMN_EACH.test(text) ? text.length : stringWidth(text);

/** Pads to a width in terminal columns (wide characters count twice, styles not at all). */
export function pad(text: string, width: number, align: Column['align']): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)));
  return align === 'left' ? text + space : space + text;
}

/** Measures every column: the widest of its title and its texts; 0 where every row is empty. */
export function columnWidths(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): readonly number[] {
  return columns.map((column, index) => {
    const widest = Math.max(0, ...rows.map((row) => widthOf(row[index] ?? '')));
    return widest === 0 ? 0 : Math.max(widthOf(column.title), widest);
  });
}

/** Formats one line of a table. Columns of width 0 are left out. */
export function tableLine(
  texts: readonly string[],
  columns: readonly Column[],
  widths: readonly number[],
): string {
  return columns
    .flatMap((column, index) => {
      const width = widths[index] ?? 0;
      return width === 0 ? [] : [pad(texts[index] ?? '', width, column.align)];
    })
    .join(GAP);
}

/** Adds up the width of a line with these columns. */
export function lineWidth(widths: readonly number[]): number {
  const shown = widths.filter((width) => width > 0);
  return shown.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, shown.length - 1);
}

/** Breaks text at spaces into lines of at most `width` columns; a word that is longer is cut. Never empty. */
export function wrap(text: string, width: number): readonly string[] {
  if (ONE_COLUMN_EACH.test(text) && text.length <= width && text === text.trim()) return [text];
  return wrapAnsi(text, width, { hard: true }).split('\n');
}

/** Cuts text to a width in columns; an ellipsis shows the cut. */
export function truncate(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const [start = ''] = wrapAnsi(text, Math.max(1, width - 1), {
    hard: true,
    wordWrap: false,
    trim: false,
  }).split('\n');
  return `${start}…`;
}
