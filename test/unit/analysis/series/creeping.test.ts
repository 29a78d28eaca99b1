import { describe, expect, test } from 'vitest';
import { POLICY } from '../../../../src/analysis/policy.ts';
import { countCreeps } from '../../../../src/analysis/series/creeping.ts';
import { settleTwice, type Body } from '../families/simulated.ts';

const countsOf = (count: (n: number) => number): { x: number; y: number }[] =>
  Array.from({ length: 40 }, (_, i) => ({ x: (i + 1) * 2_500, y: 12_000 + count((i + 1) * 2_500) }));

/** A body that keeps one object and its block of 40 bytes every so many iterations, until it has so many. */
const now = (every: number, microseconds: number, most = Infinity): Body => ({
  microseconds,
  slots: (n) => Math.min(most, Math.floor(n / every)),
  malloc: (n) => 40 * Math.min(most, Math.floor(n / every)),
  blocks: (n) => Math.min(most, Math.floor(n / every)),
});

describe('a count creeps', () => {
  test.each<[string, (n: number) => number]>([
    ['one more every 1,000 iterations', (n) => Math.floor(n / 1_000)],
    ['one more every 7,000, so seven in the second half', (n) => Math.floor(n / 7_000)],
    [
      'one more every 1,000, and up to three that a stale stack keeps',
      (n) => Math.floor(n / 1_000) + ((n / 500) % 4),
    ],
  ])('%s', (_what, count) => {
    expect(countCreeps(countsOf(count), POLICY)).toBe(true);
  });

  test.each<[string, (n: number) => number]>([
    ['nothing', () => 0],
    ['one more every 20,000, so two or three in all', (n) => Math.floor(n / 20_000)],
    ['forty to and fro', (n) => (n * 7_919) % 40],
    ['a logarithm', (n) => Math.floor(1_000 * Math.log(n))],
    ['a cache that fills', (n) => Math.floor(1_000 * (1 - Math.exp(-n / 20_000)))],
    ['all at once', (n) => (n < 70_000 ? 0 : 100)],
    ['full since three quarters', (n) => Math.floor(Math.min(n, 75_000) / 100)],
    ['fewer and fewer', (n) => -Math.floor(n / 1_000)],
  ])('not: %s', (_what, count) => {
    expect(countCreeps(countsOf(count), POLICY)).toBe(false);
  });
});

describe('growth whose count is certain', () => {
  test.each([
    [100, 0.2],
    [100, 5],
    [100, 20],
    [1_000, 0.2],
    [1_000, 1.3],
    [1_000, 5],
  ])('an object every %i iterations of %d µs is a leak', (every, microseconds) => {
    expect(settleTwice(now(every, microseconds), 1).verdict).toMatchObject({
      kind: 'leak',
      cause: 'objects',
    });
  });

  test.each([
    [100, 100],
    [100, 1_000],
    [1_000, 20],
  ])('an object every %i iterations of %d µs is not clean: it says what it saw', (every, microseconds) => {
    expect(settleTwice(now(every, microseconds), 1).verdict).toMatchObject({
      kind: 'inconclusive',
      reason: expect.stringMatching(/grows/),
    });
  });

  test.each([
    ['an object every 20,000 iterations, less than 0.03 bytes in each', 20_000, 1.3, Infinity],
    ['less than a megabyte in an hour of looping', 100, 10_000, Infinity],
    ['300 objects, one every 100 iterations', 100, 20, 300],
    ['300 objects, one every 1,000 iterations', 1_000, 1.3, 300],
  ])('%s: clean', (_what, every, microseconds, most) => {
    expect(settleTwice(now(every, microseconds, most), 1).verdict).toMatchObject({ kind: 'clean' });
  });
});
