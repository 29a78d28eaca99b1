import { expect, test } from 'vitest';
import { configurationOf } from '../../../../src/domain/cell/configuration.ts';
import type { CellRecord } from '../../../../src/domain/run/record.ts';
import { dueExplanations } from '../../../../src/engine/explain/choose.ts';
import { unexplained } from '../../../../src/engine/explain/unexplained.ts';
import { matrixOf } from '../../domain/matrix-of.ts';
import { clean, failed, inconclusive, leak } from '../../report/records.ts';

/** Makes the plan of a run of these cells. */
const planOf = (cells: readonly CellRecord[]) => {
  const { rubies } = matrixOf([...new Set(cells.map((cell) => cell.ruby))]);
  return cells.flatMap(({ ruby: name, settings }) =>
    rubies.filter((ruby) => ruby.name === name).map((ruby) => configurationOf(ruby, settings)),
  );
};

/** Lists what is due, round after round, each ruby explained when its turn has come. */
function rounds(cells: readonly CellRecord[], plan = planOf(cells)): readonly string[] {
  const told: string[] = [];
  let now = cells;
  for (let due = dueExplanations(now, plan); due.length > 0; due = dueExplanations(now, plan)) {
    told.push(due.map(({ cell, role }) => `${role} ${cell.id}`).join(', '));
    const roles = new Map(due.map(({ cell, role }) => [cell.id, role]));
    now = now.map((cell) => {
      const role = roles.get(cell.id);
      return role === undefined ? cell : { ...cell, explanation: unexplained(role, 'looked') };
    });
  }
  return told;
}

test.each<readonly [string, readonly CellRecord[], readonly string[]]>([
  ['nothing leaks', [clean('2.2.10'), clean('2.3.6')], []],
  ['neighbours of one series are one: the newest', [leak('2.3.6'), leak('2.3.8')], ['leak 2.3.8']],
  [
    'two series are two, and a clean ruby comes after them',
    [clean('2.2.10'), leak('2.3.6'), leak('2.4.3'), clean('2.4.10'), clean('2.5.9')],
    ['leak 2.3.6, leak 2.4.3', 'comparison 2.4.10'],
  ],
  [
    'a clean release between two parts them',
    [leak('2.4.0'), clean('2.4.1'), leak('2.4.3')],
    ['leak 2.4.0, leak 2.4.3', 'comparison 2.4.1'],
  ],
  [
    'what could not be measured, or not settled, parts nothing',
    [leak('2.4.0'), failed('2.4.1'), inconclusive('2.4.2'), leak('2.4.3')],
    ['leak 2.4.3'],
  ],
  [
    'each setting is looked into, and compared with a clean cell of the same setting where there is one',
    [leak('2.4.3'), clean('2.4.10'), leak('2.4.3+yjit'), clean('2.4.10+yjit')],
    ['leak 2.4.3, leak 2.4.3+yjit', 'comparison 2.4.10, comparison 2.4.10+yjit'],
  ],
  [
    'a leak of one setting only is compared with the same ruby without it',
    [clean('2.4.3'), leak('2.4.3+yjit')],
    ['leak 2.4.3+yjit', 'comparison 2.4.3'],
  ],
  [
    'the same ruby with another setting is preferred to another release, that with the fewest',
    [leak('2.4.3+jemalloc+yjit'), clean('2.4.3'), clean('2.4.3+yjit'), clean('2.4.10+jemalloc+yjit')],
    ['leak 2.4.3+jemalloc+yjit', 'comparison 2.4.3+yjit'],
  ],
  ['another rate is another leak', [leak('2.3.6', 64), leak('2.3.8', 900)], ['leak 2.3.6, leak 2.3.8']],
  [
    'another cause is another leak',
    [leak('2.3.6'), leak('2.3.8', 64, 'objects', 1)],
    ['leak 2.3.6, leak 2.3.8'],
  ],
  [
    'a leak that was not confirmed is a leak',
    [{ ...leak('2.3.6'), confirmed: false }, clean('2.3.7')],
    ['leak 2.3.6', 'comparison 2.3.7'],
  ],
  [
    'an older clean ruby where no newer one is',
    [clean('2.1.10'), clean('2.2.10'), leak('2.3.6')],
    ['leak 2.3.6', 'comparison 2.2.10'],
  ],
  [
    'a newer one, though an older one is nearer',
    [clean('2.2.10'), leak('2.3.6'), inconclusive('2.3.7'), failed('2.3.8'), clean('2.4.10')],
    ['leak 2.3.6', 'comparison 2.4.10'],
  ],
  [
    'of two leaks the neighbour that is nearest to either',
    [leak('2.3.6'), inconclusive('2.3.7'), clean('2.4.0'), leak('2.4.3'), clean('2.4.4')],
    ['leak 2.3.6, leak 2.4.3', 'comparison 2.4.4'],
  ],
])('%s', (_, cells, told) => {
  expect(rounds(cells)).toEqual(told);
  expect(rounds(cells.toReversed())).toEqual(told);
});

test('what a clean cell is compared with is said, for as many as there may be', () => {
  const series = ['2.0.0', '2.1.0', '2.2.0', '2.3.0', '2.4.0', '2.5.0'];
  const explained = series.map((ruby) => ({
    ...leak(`${ruby}+yjit`),
    explanation: unexplained('leak', 'looked'),
  }));
  const cells = [...explained, ...series.map((ruby) => clean(ruby))];
  const due = dueExplanations(cells, planOf(cells));
  expect(due.map(({ cell, comparedWith }) => [cell.id, comparedWith])).toEqual([
    ['2.5.0', ['2.5.0+yjit', '2.1.0+yjit', '2.0.0+yjit']],
    ['2.4.0', ['2.4.0+yjit']],
    ['2.3.0', ['2.3.0+yjit']],
    ['2.2.0', ['2.2.0+yjit']],
  ]);
});

test('a release stands for its variants, and a variant for itself where there is no release', () => {
  expect(rounds([leak('2.3.6'), leak('debug/2.3.6')])).toEqual(['leak 2.3.6']);
  expect(rounds([leak('debug/2.3.6')])).toEqual(['leak debug/2.3.6']);
});

test('what has an explanation is not due again; a ruby that left the matrix never is', () => {
  const cells = [leak('2.3.6'), leak('2.4.3'), clean('2.4.10')];
  const half = cells.map((cell) =>
    cell.ruby === '2.3.6' ? { ...cell, explanation: unexplained('leak', 'looked') } : cell,
  );
  expect(rounds(half)).toEqual(['leak 2.4.3', 'comparison 2.4.10']);
  expect(rounds(cells, planOf(cells).slice(1))).toEqual(['leak 2.4.3', 'comparison 2.4.10']);
});
