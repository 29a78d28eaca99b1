import fc from 'fast-check';
import { expect, test } from 'vitest';
import { selectRubies } from '../../../../src/domain/ruby/selector.ts';
import { matrixOf, releases } from '../matrix-of.ts';

const matrix = matrixOf(
  [
    ...releases('2.2', 10),
    ...releases('2.3', 8),
    ...releases('2.4', 10),
    '2.5.0',
    '2.5.1',
    ...releases('2.5', 9).slice(3),
    ...releases('3.4', 4),
    'all-ruby/2.3.6',
    'jemalloc-2.3.6',
  ],
  ['2.2.10', '2.3.8'],
);

function names(...selectors: string[]): string[] {
  const selection = selectRubies(matrix, selectors);
  if (!selection.ok) throw new Error(selection.message);
  return selection.value.map((ruby) => ruby.name);
}

function complaint(...selectors: string[]): string {
  const selection = selectRubies(matrix, selectors);
  if (selection.ok) throw new Error(`chose ${selection.value.map((ruby) => ruby.name).join(' ')}`);
  return selection.message;
}

test('a release, and only the release as such', () => {
  expect(names('2.3.6')).toEqual(['2.3.6']);
});

test('a series is every listed patch release of it', () => {
  expect(names('2.3')).toEqual(releases('2.3', 8));
  expect(names('2.5')).toHaveLength(9);
  expect(names('3')).toEqual(releases('3.4', 4));
});

test('a range holds the whole series at both ends', () => {
  expect(names('2.2..2.3')).toEqual([...releases('2.2', 10), ...releases('2.3', 8)]);
  expect(names('2.3.7..2.4.1')).toEqual(['2.3.7', '2.3.8', '2.4.0', '2.4.1']);
  expect(names('2.4.9..2.5')).toEqual(['2.4.9', '2.4.10', '2.5.0', '2.5.1', ...releases('2.5', 9).slice(3)]);
  expect(names('2.3.8..2.3.8')).toEqual(['2.3.8']);
  expect(names(' 2.4.9 .. 2.4 ')).toEqual(['2.4.9', '2.4.10']);
});

test('an end of a range need not be listed itself', () => {
  expect(names('2.5.1..2.5.3')).toEqual(['2.5.1', '2.5.3']);
  expect(names('1.0..2.2.1')).toEqual(['2.2.0', '2.2.1']);
});

test('open ends', () => {
  expect(names('2.5.9..')).toEqual(['2.5.9', ...releases('3.4', 4)]);
  expect(names('..2.2.1')).toEqual(['2.2.0', '2.2.1']);
});

test('~> reads as RubyGems reads it', () => {
  expect(names('~>2.4.9')).toEqual(['2.4.9', '2.4.10']);
  expect(names('~> 2.5').at(0)).toBe('2.5.0');
  expect(names('~>2.4').at(-1)).toBe('2.5.9');
  expect(names('~>3')).toEqual(releases('3.4', 4));
});

test('names of the matrix, and all of it', () => {
  expect(names('all-ruby/2.3.6')).toEqual(['all-ruby/2.3.6']);
  expect(names('all')).toEqual(matrix.rubies.map((ruby) => ruby.name));
});

test('lists come out in release order, each ruby once', () => {
  expect(names('2.4.1,2.2.10', '2.4.0..2.4.2')).toEqual(['2.2.10', '2.4.0', '2.4.1', '2.4.2']);
  expect(names('all-ruby/2.3.6, 2.3.7', '2.3.6')).toEqual(['2.3.6', 'all-ruby/2.3.6', '2.3.7']);
});

test('nothing asked for is the default set', () => {
  expect(names()).toEqual(['2.2.10', '2.3.8']);
});

test.each([
  ['2.3.9', '2.3.9 is not in the matrix; 2.3 has 2.3.0–2.3.8; did you mean 2.3.8?'],
  ['2.3.66', '2.3.66 is not in the matrix; 2.3 has 2.3.0–2.3.8; did you mean 2.3.6?'],
  ['2.5.2', '2.5.2 is not in the matrix; 2.5 has 2.5.0, 2.5.1, 2.5.3–2.5.9; did you mean 2.5.1?'],
  ['2.6', '2.6 is not in the matrix; did you mean 2.5?'],
  ['v2.3.6', 'v2.3.6 is neither a name of the matrix nor a release; did you mean 2.3.6?'],
  ['ruby:2.3.6', 'ruby:2.3.6 is neither a name of the matrix nor a release; did you mean 2.3.6?'],
  [
    'all-ruby/2.3.7',
    'all-ruby/2.3.7 is neither a name of the matrix nor a release; did you mean all-ruby/2.3.6?',
  ],
  ['al', 'al is neither a name of the matrix nor a release; did you mean all?'],
  ['ALL', 'ALL is neither a name of the matrix nor a release; did you mean all?'],
  [
    'truffle',
    'truffle is neither a name of the matrix nor a release; the matrix holds releases of 2.2 to 3.4: see matrix rubies',
  ],
  ['2.3.9..2.3.12', 'no listed release lies in 2.3.9..2.3.12; 2.3 has 2.3.0–2.3.8'],
  ['2.4.11..2.4.20', 'no listed release lies in 2.4.11..2.4.20; 2.4 has 2.4.0–2.4.10'],
  ['9..10', 'no listed release lies in 9..10; the matrix holds releases of 2.2 to 3.4: see matrix rubies'],
  ['2.5..2.2', '2.5..2.2: the range runs backwards; did you mean 2.2..2.5?'],
  ['2.3.6..2.3.1', '2.3.6..2.3.1: the range runs backwards; did you mean 2.3.1..2.3.6?'],
  [
    '2.2...2.5',
    '2.2...2.5: .2.5 is not a release or series; a range has two dots, and both its ends are included',
  ],
  ['2.2..x', '2.2..x: x is not a release or series; write 2.3 or 2.3.6'],
  ['..', '..: a range is two releases or series with two dots between them, such as 2.2..2.5'],
  ['2..3..4', '2..3..4: a range is two releases or series with two dots between them, such as 2.2..2.5'],
  ['~>x', '~>x: after ~> comes a release or a series, such as ~>2.4 or ~>2.4.1'],
  [
    '2.3.6,,2.4',
    'an empty selector chooses nothing; write a release (2.3.6), a series (2.3), a range or all',
  ],
  ['', 'an empty selector chooses nothing; write a release (2.3.6), a series (2.3), a range or all'],
])('%j is refused: %s', (selector, message) => {
  expect(complaint(selector)).toBe(message);
});

test('one wrong selector spoils the list, and is the one that is named', () => {
  expect(complaint('2.3.6', '2.4,2.9.9')).toMatch(/^2\.9\.9 is not in the matrix/);
});

test('a matrix without plain releases says what it holds', () => {
  const selection = selectRubies(matrixOf(['my-2.3.6']), ['2.3']);
  expect(selection).toEqual({ ok: false, message: '2.3 is not in the matrix; the matrix holds my-2.3.6' });
});

test('whatever is typed, the answer is rubies of the matrix in order or a message that names it', () => {
  const piece = fc.constantFrom('2.3', '2.3.6', '2', '..', '~>', 'all', '.', ' ', 'x', '2.99', '-1', '/');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
      const text = pieces.join('');
      const selection = selectRubies(matrix, [text]);
      if (selection.ok) {
        const order = selection.value.map((ruby) => matrix.rubies.indexOf(ruby));
        expect(order.length).toBeGreaterThan(0);
        expect(order).toEqual([...new Set(order)].toSorted((a, b) => a - b));
      } else if (text.trim() !== '') {
        expect(selection.message).toContain(text.trim());
      }
    }),
  );
});
