import { joinNames } from '../names.ts';
import type { Result } from '../result.ts';

/** Numbers of lines, each once, in order; from 1. */
export type LineSet = readonly number[];

const PART = /^(\d{1,9})(?:\.\.(\d{1,9}))?$/;
const MOST_LINES = 100_000;

/**
 * Reads lines and ranges of them.
 *
 * @example
 * parseLines('12, 15..17'); // { ok: true, value: [12, 15, 16, 17] }
 */
export function parseLines(text: string): Result<LineSet> {
  const lines = new Set<number>();
  for (const part of text.split(',').map((one) => one.trim())) {
    const match = PART.exec(part);
    const first = Number(match?.[1] ?? 0);
    const last = Number(match?.[2] ?? first);
    if (first < 1 || last < first || last - first >= MOST_LINES)
      return {
        ok: false,
        message: `${part || "''"} is not a line: give lines and ranges, such as 12,15..17`,
      };
    for (let line = first; line <= last; line += 1) lines.add(line);
  }
  return { ok: true, value: [...lines].toSorted((a, b) => a - b) };
}

/** Formats lines, neighbours as a range: `[12, 15, 16, 17]` is `12,15..17`. */
export const linesText = (lines: LineSet): string =>
  ranges(lines)
    .map(([first, last]) => (first === last ? String(first) : `${first}..${last}`))
    .join(',');

/** Describes lines for people: `line 12`, `lines 12 and 15–17`. */
export function linesInWords(lines: LineSet): string {
  const all = ranges(lines).map(([first, last]) => (first === last ? String(first) : `${first}–${last}`));
  return `${lines.length === 1 ? 'line' : 'lines'} ${joinNames(all)}`;
}

function ranges(lines: LineSet): readonly (readonly [number, number])[] {
  const found: [number, number][] = [];
  for (const line of lines) {
    const open = found.at(-1);
    if (open !== undefined && open[1] === line - 1) open[1] = line;
    else found.push([line, line]);
  }
  return found;
}
