import { expect, test } from 'vitest';
import { comparedLoops, sameLoops, worstOf } from '../../../../src/analysis/compare/common-loop.ts';
import { compareRun } from '../../../../src/analysis/compare/compare-run.ts';
import { comparisonGroups, takesTurns } from '../../../../src/domain/run/comparison-groups.ts';
import type { CellRecord, RunRecord } from '../../../../src/domain/run/record.ts';
import { clean, failed, leak, record } from '../../report/records.ts';
import { loop, repeated } from './repeated.ts';

const run = (cells: readonly CellRecord[], change: Partial<RunRecord> = {}): RunRecord =>
  record(cells, change);
const variant = (name: string) => ({
  name,
  without: null,
  path: null,
  script: { name, sha256: '', text: '' },
  loop: null,
});
const groupsOf = (one: RunRecord, chosen = {}) =>
  comparisonGroups(one, Object.keys(chosen).length === 0 ? null : chosen).map(({ base, others }) => [
    base.id,
    ...others.map(({ id }) => id),
  ]);

test('a run of one cell per ruby compares nothing', () => {
  expect(groupsOf(run([leak('2.3.6'), clean('2.4.3')]))).toEqual([]);
});

test('a variant is compared with the script, under the same settings', () => {
  const cells = ['2.3.6', '2.3.6+script=b.rb', '2.3.6+arenas=2', '2.3.6+arenas=2+script=b.rb'].map((id) =>
    clean(id),
  );
  expect(groupsOf(run(cells, { variants: [variant('b.rb')] }))).toEqual([
    ['2.3.6', '2.3.6+script=b.rb'],
    ['2.3.6+arenas=2', '2.3.6+arenas=2+script=b.rb'],
  ]);
});

test('settings are compared with the values that were requested first, or with those that were chosen', () => {
  const cells = ['3.3.8', '3.3.8+yjit', '3.3.8+arenas=default', '3.3.8+arenas=default+yjit'].map((id) =>
    clean(id),
  );
  const { options } = record([]);
  const one = run(cells, {
    options: { ...options, axes: { jit: ['yjit', 'off'], arenas: ['1', 'default'] } },
  });
  expect(groupsOf(one)[0]?.[0]).toBe('3.3.8+yjit');
  expect(groupsOf(one, { arenas: 'default' })[0]?.[0]).toBe('3.3.8+arenas=default');
  const gems = ['3.3.8+gem.oj=3.12.0', '3.3.8+gem.oj=3.11.8'].map((id) => clean(id));
  const asked = { ...options, gems: ['oj=3.12.0,3.11.8'] };
  expect(groupsOf(run(gems, { options: asked }))).toEqual([['3.3.8+gem.oj=3.12.0', '3.3.8+gem.oj=3.11.8']]);
});

test('architectures are not compared: their cells are of different hosts', () => {
  const cells = ['3.3.8+amd64', '3.3.8+amd64+yjit', '3.3.8+arm64', '3.3.8+arm64+yjit'].map((id) => clean(id));
  expect(groupsOf(run(cells))).toEqual([
    ['3.3.8+amd64', '3.3.8+amd64+yjit'],
    ['3.3.8+arm64', '3.3.8+arm64+yjit'],
  ]);
  expect(groupsOf(run(cells.filter(({ settings }) => settings.jit === undefined)))).toEqual([]);
});

const turns = (cells: readonly CellRecord[]) => comparisonGroups(run(cells)).map(takesTurns);

test('up to four settings of a ruby take turns, and the variants of a script in any number', () => {
  const settings = ['', '+yjit', '+arenas=2', '+arenas=2+yjit', '+arenas=default'].map((one) =>
    clean(`3.3.8${one}`),
  );
  expect(turns(settings.slice(0, 4))).toEqual([true]);
  expect(turns(settings)).toEqual([false]);
  const variants = ['a', 'b', 'c', 'd', 'e'].map((one) => clean(`3.3.8+script=${one}.rb`));
  expect(turns([clean('3.3.8'), ...variants])).toEqual([true]);
});

test('a loop is the same where it is at the same place; of another script, in the order of the source', () => {
  const base = { ...clean('3.3.8'), loops: [loop(2), loop(4), loop(4)] };
  const without = { ...clean('3.3.8+script=without-5'), loops: [loop(4), loop(4, { kind: 'while' })] };
  expect(sameLoops(base, without).map((pair) => [base.loops.indexOf(pair.base), pair.other.line])).toEqual([
    [1, 4],
  ]);
  const other = { ...clean('3.3.8+script=b.rb'), loops: [loop(7), loop(8), loop(9)] };
  expect(sameLoops(base, other).map((pair) => pair.other.line)).toEqual([7, 8, 9]);
  expect(sameLoops(base, { ...other, loops: [loop(7)] })).toEqual([]);
  expect(sameLoops({ ...base, loops: [loop(2)] }, { ...other, loops: [loop(1, { kind: 'body' })] })).toEqual(
    [],
  );
});

test('cells are compared by the loop that leaks, of those that they have in common', () => {
  const base = {
    ...leak('3.3.8'),
    loops: [loop(2), loop(4, { verdict: 'leak' }), loop(6, { verdict: null })],
  };
  const other = { ...clean('3.3.8+yjit'), loops: [loop(2), loop(4), loop(6)] };
  expect(comparedLoops(base, [other]).map((one) => one.loop.line)).toEqual([4, 4]);
  expect(comparedLoops(base, [failed('3.3.8+yjit')])).toHaveLength(1);
  const nested = { ...clean('3.3.8'), loops: [loop(1, { iterations: 10 }), loop(2)] };
  const faster = { ...clean('3.3.8+yjit'), loops: nested.loops };
  expect(comparedLoops(nested, [faster]).map((one) => one.loop.line)).toEqual([2, 2]);
});

test('of clean loops it is the one that runs most, however much the others scatter', () => {
  const { growth } = leak('3.3.8');
  const loops = [loop(1, { iterations: 240, growth }), loop(2, { iterations: 240_000, growth: null })];
  const cells = [clean('3.3.8'), clean('3.3.8+yjit')].map((cell) => ({ ...cell, loops }));
  expect(comparedLoops(cells[0]!, [cells[1]!]).map((one) => one.loop.line)).toEqual([2, 2]);
  expect(worstOf(sameLoops(cells[0]!, cells[1]!))?.base.line).toBe(2);
});

test('nothing is said of cells that have not had their turns yet', () => {
  const cells = [leak('2.3.6'), clean('2.3.6+script=b.rb')].map((cell) => ({ ...cell, loops: [loop(2)] }));
  expect(compareRun(run(cells, { variants: [variant('b.rb')] }))).toEqual([]);
});

test('what differs is said of each cell, and where an iteration is something else, why nothing is', () => {
  const body = {
    ...clean('2.4.3+script=b.rb'),
    loops: [loop(1, { kind: 'body', unit: 'run of the script' })],
  };
  const cells = [
    repeated(leak('2.3.6'), 64),
    repeated(clean('2.3.6+script=b.rb'), 0),
    { ...leak('2.4.3'), loops: [loop(2)] },
    body,
    { ...leak('2.5.9'), loops: [loop(2)] },
    failed('2.5.9+script=b.rb'),
  ];
  const [first, second, third] = compareRun(run(cells, { variants: [variant('b.rb')] }));
  expect(first).toMatchObject({ base: '2.3.6', cell: '2.3.6+script=b.rb', reason: null, loop: { line: 2 } });
  expect(first?.difference?.bytes).toMatchObject({ value: -64, certainty: 'differs' });
  expect(first?.difference?.time.certainty).toBe('same');
  expect(second?.reason).toBe(
    'growth is counted by other things in each: by run of the script, and, in what it is compared with, by iteration of line 2',
  );
  expect(third?.reason).toBe('it was not measured');
});
