import { expect, test } from 'vitest';
import { withoutFalseArenas } from '../../../../src/analysis/series/arenas.ts';
import type { Sample } from '../../../../src/domain/measurement/sample.ts';
import { samplesOf } from '../families/simulated.ts';

const ARENA = 64 * 2 ** 20;
const readings = (arenaBytes: (n: number) => number, outside: (n: number) => number): readonly Sample[] =>
  [...samplesOf({ microseconds: 500, outside }, 1, 6)].map((one) => ({
    ...one,
    arenaBytes: one.anonBytes === null ? null : arenaBytes(one.iterations),
  }));
const arenasOf = (samples: readonly Sample[]): readonly (number | null)[] =>
  samples.map(({ arenaBytes }) => arenaBytes);

const grows = (n: number): number => 16_384 * n;
const fills = (n: number): number => Math.min(20_000 * n, ARENA);
const goes = (n: number): number => (n < 6_000 ? ARENA : 0);
const comes = (n: number): number => ARENA - goes(n);

test('a mapping that has filled a gap between arenas is none, until it grows beyond it', () => {
  const samples = readings((n) => 2e6 + (n > 4_500 && n < 6_000 ? ARENA : 0), grows);
  expect(samples.filter(({ arenaBytes }) => (arenaBytes ?? 0) > ARENA).length).toBeGreaterThan(5);
  expect(new Set(arenasOf(withoutFalseArenas(samples)))).toEqual(new Set([null, 2e6]));
});

test.each([fills, goes, comes])(
  'an arena with what becomes resident, or no longer is, stays one: %o',
  (held) => {
    const samples = readings(held, held);
    expect(withoutFalseArenas(samples)).toEqual(samples);
  },
);
