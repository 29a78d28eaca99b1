import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { selectRubies } from '../../../../src/domain/ruby/selector.ts';
import { releaseSeries } from '../../../../src/domain/ruby/version.ts';
import { loadMatrix, parseMatrix } from '../../../../src/store/matrix/matrix-file.ts';

const loaded = await loadMatrix(fileURLToPath(new URL('../../../../matrix.yaml', import.meta.url)));
if (!loaded.ok) throw new Error(loaded.message);
const { value: matrix } = loaded;
const nameSet = new Set(matrix.rubies.map((ruby) => ruby.name));

function count(selector: string): number {
  const selection = selectRubies(matrix, [selector]);
  if (!selection.ok) throw new Error(selection.message);
  return selection.value.length;
}

test('holds every patch release that has an official image', () => {
  const perSeries: Record<string, number> = {};
  for (const { version } of matrix.rubies)
    perSeries[releaseSeries(version)] = (perSeries[releaseSeries(version)] ?? 0) + 1;
  expect(perSeries).toEqual({
    1.9: 1,
    '2.0': 1,
    2.1: 9,
    2.2: 11,
    2.3: 9,
    2.4: 11,
    2.5: 9,
    2.6: 11,
    2.7: 9,
    '3.0': 8,
    3.1: 8,
    3.2: 12,
    3.3: 13,
    3.4: 10,
    '4.0': 7,
  });
  for (const never of ['2.5.2', '3.4.0', '2.1.1']) expect(nameSet.has(never)).toBe(false);
  expect(count('2.2..4.0')).toBe(118);
});

test("Debian's rubies come second, after the official image", () => {
  const two = matrix.rubies.filter((ruby) => ruby.sources.length > 1);
  expect(
    two.map((ruby) => [
      ruby.name,
      ...ruby.sources.map((source) => (source.kind === 'debian' ? source.suite : source.kind)),
    ]),
  ).toEqual([
    ['2.7.4', 'official', 'bullseye'],
    ['3.1.2', 'official', 'bookworm'],
    ['3.3.8', 'official', 'trixie'],
  ]);
});

test('the default set: both ends of 2.2 to 2.5, the newest of every later series', () => {
  const expected: string[] = [];
  for (const series of ['2.2', '2.3', '2.4', '2.5', '2.6', '2.7', '3.0', '3.1', '3.2', '3.3', '3.4', '4.0']) {
    const names = matrix.rubies
      .filter(({ version }) => releaseSeries(version) === series)
      .map((ruby) => ruby.name);
    if (Number(series) <= 2.5) expected.push(names[0] ?? '');
    expected.push(names.at(-1) ?? '');
  }
  expect(matrix.defaultSet).toEqual(expected);
});

test('states the same limits and defaults as a file that leaves them out', () => {
  const bare = parseMatrix('debian: { trixie: 3.3.8 }', 'bare.yaml');
  expect(bare).toMatchObject({ ok: true, value: { limits: matrix.limits, defaults: matrix.defaults } });
});
