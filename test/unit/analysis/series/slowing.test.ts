import { describe, expect, test } from 'vitest';
import type { Series } from '../../../../src/analysis/series/series.ts';
import { maySlow, slowingOf } from '../../../../src/analysis/series/slowing.ts';
import { settle, settleTwice } from '../families/simulated.ts';

const counts = (y: (n: number) => number, to = 1_000_000): Series =>
  Array.from({ length: 100 }, (_, i) => ({
    x: ((i + 1) * to) / 100,
    y: Math.floor(y(((i + 1) * to) / 100)),
  }));

describe('growth that becomes ever slower without an end', () => {
  test.each([0.4, 0.5, 0.6, 0.7])('n to the power of %d is', (power) => {
    const series = counts((n) => 5 * n ** power);
    expect(slowingOf(series)).not.toBeNull();
    expect(maySlow(series)).toBe(true);
  });

  test('its rates fall by √2 with each doubling', () => {
    const { rates } = slowingOf(counts((n) => 5 * Math.sqrt(n)))!;
    expect(rates).toHaveLength(5);
    for (const [i, rate] of rates.slice(1).entries()) expect(rate / rates[i]!).toBeCloseTo(Math.SQRT2, 1);
  });
});

describe('nothing of the kind is', () => {
  test.each([
    ['a line', (n: number) => n / 100],
    ['a logarithm', (n: number) => 2_000 * Math.log(n)],
    ['what is full', (n: number) => Math.min(n, 200_000)],
    ['noise', (n: number) => (n * 7_919) % 40],
  ])('%s', (_name, y) => expect(slowingOf(counts(y))).toBeNull());

  test('a cache that is hit at random, however much of it is full', () => {
    const shares = Array.from({ length: 54 }, (_, i) => 0.05 * 1.1 ** i);
    const wrong = shares.filter(
      (share) => slowingOf(counts((n) => 100_000 * (1 - Math.exp((-n / 1e6) * share)))) !== null,
    );
    expect(wrong).toEqual([]);
  });
});

test.each([0.2, 3, 20])('one object on every n²-th iteration is never clean, %d µs', (microseconds) => {
  const body = { microseconds, slots: (n: number) => Math.floor(Math.sqrt(n)) };
  for (const seed of [1, 2, 3]) expect(settle(body, seed).verdict.kind).not.toBe('clean');
  const { verdict } = settleTwice(body, 4);
  expect(verdict).toMatchObject({
    kind: 'leak',
    shape: 'slowing',
    cause: 'objects',
    evidence: expect.stringMatching(
      /^grows ever slower, but without an end .* slots per iteration .* falling$/,
    ),
  });
  expect(verdict.growth!.liveSlots.low).toBeGreaterThan(0);
});
