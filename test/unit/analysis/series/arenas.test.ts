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

test('a mapping that has filled a gap between arenas is none, until it grows beyond it', () => {
  const grows = (n: number): number => 16_384 * n;
  const samples = readings((n) => 2e6 + (n > 4_500 && n < 6_000 ? ARENA : 0), grows);
  expect(samples.filter(({ arenaBytes }) => (arenaBytes ?? 0) > ARENA).length).toBeGreaterThan(5);
  expect(new Set(arenasOf(withoutFalseArenas(samples)))).toEqual(new Set([null, 2e6]));
});

test('an arena that fills, or is given back, stays one', () => {
  const fills = (n: number): number => Math.min(20_000 * n, ARENA);
  const filling = readings(fills, fills);
  expect(withoutFalseArenas(filling)).toEqual(filling);
  const leaves = (n: number): number => (n < 6_000 ? ARENA : 0);
  const left = readings(leaves, leaves);
  expect(withoutFalseArenas(left)).toEqual(left);
  const atOnce = (n: number): number => (n < 6_000 ? 0 : ARENA);
  const came = readings(atOnce, atOnce);
  expect(withoutFalseArenas(came)).toEqual(came);
});
