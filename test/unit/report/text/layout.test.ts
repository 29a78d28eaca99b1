import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { expect, it } from 'vitest';
import { truncate, widthOf, wrap } from '../../../../src/report/text/layout.ts';

const letters = fc.constantFrom('a', 'b', 'c', '-', '/', '.', 'é', '日', '🦀');
const word = fc.array(letters, { minLength: 1, maxLength: 30 }).map((parts) => parts.join(''));
const text = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(' '));
/** Room for a wide character and an ellipsis. */
const width = fc.integer({ min: 3, max: 30 });

it('wraps without a line too wide and without losing anything but spaces', () => {
  fc.assert(
    fc.property(text, width, (long, columns) => {
      const lines = wrap(long, columns);
      expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(columns);
      expect(lines.join('').replaceAll(' ', '')).toBe(long.replaceAll(' ', ''));
    }),
  );
});

it('breaks at spaces where the words fit', () => {
  expect(wrap('one two three four', 9)).toEqual(['one two', 'three', 'four']);
  expect(wrap('', 9)).toEqual(['']);
});

it('ends a style at the end of a line, and begins it again on the next', () => {
  const lines = wrap('\u001b[31mred words\u001b[39m', 5);
  expect(lines.map(stripVTControlCharacters)).toEqual(['red', 'words']);
  expect(lines[0]?.endsWith('\u001b[39m')).toBe(true);
  expect(lines[1]?.startsWith('\u001b[31m')).toBe(true);
});

it('truncates to a width, with an ellipsis for what is cut', () => {
  expect(truncate('short', 5)).toBe('short');
  expect(truncate('longer', 5)).toBe('long…');
  expect(truncate('日本語', 4)).toBe('日…');
  fc.assert(
    fc.property(text, width, (long, columns) => {
      expect(stringWidth(truncate(long, columns))).toBeLessThanOrEqual(columns);
    }),
  );
});

it('measures what it counts itself as string-width does', () => {
  const all = Array.from({ length: 0x3000 }, (_, code) => String.fromCodePoint(code));
  const other = all.filter((one) => widthOf(one) !== stringWidth(one));
  expect(other).toEqual([]);
});
