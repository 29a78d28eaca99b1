import { expect, test } from 'vitest';
import { LineSplitter } from '../../../../src/docker/run/line-splitter.ts';

function split(chunks: readonly (string | Buffer)[], maxBytes = 1024): readonly string[] {
  const splitter = new LineSplitter(maxBytes);
  return [...chunks.flatMap((chunk) => splitter.push(Buffer.from(chunk as string))), ...splitter.end()];
}

test('joins what the connection cut and keeps an unfinished last line', () => {
  expect(split(['a', 'b\nc\n', '\nd', 'e'])).toEqual(['ab', 'c', '', 'de']);
});

test('keeps a character whose bytes come apart', () => {
  const bytes = Buffer.from('größer\n');
  expect(split([bytes.subarray(0, 3), bytes.subarray(3, 4), bytes.subarray(4)])).toEqual(['größer']);
});

test('cuts a line that is too long, once, and continues with the next', () => {
  expect(split(['x'.repeat(30), 'x'.repeat(30), '\nshort\n'], 10)).toEqual(['x'.repeat(10), 'short']);
  expect(split([`${'x'.repeat(11)}\nshort\n`], 10)).toEqual(['x'.repeat(10), 'short']);
});

test('a line of exactly the longest length is whole', () => {
  expect(split(['0123456789\nnext\n'], 10)).toEqual(['0123456789', 'next']);
  expect(split(['01234', '56789', '\nnext\n'], 10)).toEqual(['0123456789', 'next']);
});

test('output without a newline is passed on once and then costs nothing', () => {
  const splitter = new LineSplitter(1000);
  const lines = Array.from({ length: 5000 }, () => splitter.push(Buffer.alloc(100, 'y'))).flat();
  expect(lines).toEqual(['y'.repeat(1000)]);
  expect(splitter.end()).toEqual([]);
});
