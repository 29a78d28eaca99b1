import { expect, test } from 'vitest';
import { compareRuns } from '../../../../src/analysis/compare/compare-runs.ts';
import type { CellRecord, RunRecord } from '../../../../src/domain/run/record.ts';
import { cleanLoop, leaking, withLoops } from '../../report/loops/loops.ts';
import { clean, failed, inconclusive, leak, record, slope } from '../../report/records.ts';

const changesOf = (base: RunRecord, other: RunRecord): readonly (readonly [string, string])[] =>
  compareRuns(base, other).cells.map(({ cell, change }) => [cell, change] as const);
const only = (base: CellRecord, other: CellRecord) => compareRuns(record([base]), record([other])).cells[0];

const slow = (bytes: number, bound: number): CellRecord => ({
  ...clean('2.3.6', bound),
  growth: { ...leak('2.3.6').growth!, malloc: slope(bytes, 0.01) },
});

const of = (text: string, line: number, loops: number): RunRecord => {
  const all = [leaking(line, 64), cleanLoop(line + 5), cleanLoop(line + 9)].slice(0, loops);
  return record([withLoops('2.3.6', ...all)], { script: { name: 'a.rb', sha256: text, text } });
};

const compared = (base: RunRecord, other: RunRecord) => compareRuns(base, other).cells[0];

test('changed verdicts come first, then changed growth, then what is not certain; in the order of the matrix', () => {
  const base = record([
    clean('2.2.1'),
    leak('2.3.6', 64),
    clean('2.4.3'),
    leak('2.5.0', 8),
    failed('2.5.1'),
    clean('2.5.2'),
  ]);
  const other = record([
    clean('2.2.1'),
    leak('2.3.6', 100),
    leak('2.4.3'),
    clean('2.5.0'),
    failed('2.5.1'),
    failed('2.5.2'),
  ]);
  expect(changesOf(base, other)).toEqual([
    ['2.4.3', 'verdict'],
    ['2.5.0', 'verdict'],
    ['2.5.2', 'verdict'],
    ['2.3.6', 'growth'],
    ['2.5.1', 'unknown'],
    ['2.2.1', 'none'],
  ]);
});

test('a leak of another cause is another verdict', () => {
  expect(only(leak('2.3.6', 64, 'native'), leak('2.3.6', 64, 'objects', 1))?.change).toBe('verdict');
});

test('a difference of single containers is that of their slopes, with the intervals of both', () => {
  const found = only(leak('2.3.6', 64), leak('2.3.6', 100));
  expect(found?.difference).toMatchObject({
    bytes: { value: 36, certainty: 'differs' },
    time: null,
    resident: null,
  });
  expect((found?.difference?.bytes.high ?? 0) - 36).toBeCloseTo(Math.hypot(0.05, 0.05), 9);
});

test.each([
  [64, 64.4, 'none'],
  [64, 62.5, 'growth'],
  [1000, 1015, 'none'],
])('%d and %d bytes per iteration: %s', (before, after, change) => {
  expect(only(leak('2.3.6', before), leak('2.3.6', after))?.change).toBe(change);
});

test('figures below the bounds of two clean verdicts do not differ; wide intervals are not certain', () => {
  expect(only(slow(0, 4), slow(3, 4))?.change).toBe('none');
  const vague = { ...inconclusive('2.3.6'), growth: { ...leak('2.3.6').growth!, malloc: slope(30, 50) } };
  expect(only(inconclusive('2.3.6'), vague)?.change).toBe('open');
});

test('the same script is compared by the same place, another one by as many loops in their order', () => {
  expect(compared(of('x', 1, 2), of('x', 1, 3))?.loop?.line).toBe(1);
  expect(compared(of('x', 1, 2), of('y', 4, 2))?.loop?.line).toBe(1);
  expect(compared(of('x', 1, 2), of('y', 4, 3))).toMatchObject({
    loop: null,
    difference: null,
    reason: expect.stringContaining('counted by other things'),
  });
});

test('cells of one run only are named, with their settings', () => {
  const { cells, onlyInBase, onlyInOther } = compareRuns(
    record([clean('2.3.6'), clean('2.3.6+yjit')]),
    record([clean('3.3.8'), clean('2.3.6')]),
  );
  expect([cells.length, onlyInBase, onlyInOther]).toEqual([1, ['2.3.6+yjit'], ['3.3.8']]);
});
