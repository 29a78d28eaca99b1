import { expect, test } from 'vitest';
import { linesInWords, linesText, parseLines } from '../../../../src/domain/run/line-set.ts';
import { otherNames, variantNames, withoutName } from '../../../../src/domain/run/script-variant.ts';
import { cellId, parseCellId } from '../../../../src/domain/cell/cell-id.ts';

test('lines and ranges are read, each once and in order, and written in one way', () => {
  expect(parseLines(' 15..17, 12,13,16 ')).toEqual({ ok: true, value: [12, 13, 15, 16, 17] });
  expect(linesText([12, 13, 15, 16, 17])).toBe('12..13,15..17');
  expect(linesInWords([12, 13, 15])).toBe('lines 12–13 and 15');
  expect(linesInWords([7])).toBe('line 7');
});

test.each(['', '0', '12,', '5..3', 'a', '1..2..3', '-1', '1...3', '1..999999999'])(
  'what is not a line is refused: %j',
  (text) =>
    expect(parseLines(text)).toMatchObject({ ok: false, message: expect.stringMatching(/12,15\.\.17/) }),
);

test('a variant is a setting that an id holds readably, and returns', () => {
  const script = withoutName([12, 15, 16, 17]);
  expect(cellId('2.3.6', { script })).toBe('2.3.6+script=without-12_15-17');
  expect(parseCellId('2.3.6+script=without-12_15-17')?.settings).toEqual({ script });
  expect(variantNames('a.rb', [], ['15,12', 'nonsense'])).toEqual(['without-12_15']);
});

const script = (name: string, path: string | null) => ({ name, path, text: '1' });

test('other scripts go by their names, by their paths where those are alike, and never by the same', () => {
  expect(otherNames('a.rb', [script('b.rb', 'x/b.rb')])).toEqual(['b.rb']);
  expect(otherNames('a.rb', [script('a.rb', '../new/a.rb'), script('c.rb', null)])).toEqual([
    'new:a.rb',
    'c.rb',
  ]);
  expect(otherNames('a.rb', [script('a.rb', null), script('a.rb', null)])).toEqual(['a.rb', 'a.rb-2']);
});
