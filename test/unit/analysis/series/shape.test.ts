import { describe, expect, test } from 'vitest';
import type { Series } from '../../../../src/analysis/series/series.ts';
import {
  decays,
  jumps,
  octaveLevels,
  setsIn,
  shareRising,
  staircaseOf,
} from '../../../../src/analysis/series/shape.ts';
import { randomOf } from '../families/random.ts';

/** Makes readings at even distances over (from, to]. */
const over = (from: number, to: number, n: number, y: (x: number) => number): Series =>
  Array.from({ length: n }, (_, i) => {
    const x = Math.round(from + ((i + 1) * (to - from)) / n);
    return { x, y: y(x) };
  });
const window = (y: (x: number) => number): Series => over(50_000, 100_000, 60, y);
const noise = (seed: number, sd: number): ((x: number) => number) => {
  const random = randomOf(seed);
  return () => sd * random.gauss();
};

describe('shareRising', () => {
  test.each<[string, (x: number) => number, number, number]>([
    ['a line', (x) => 64 * x, 1, 1],
    ['a flat series', () => 5, 0, 0],
    ['one jump', (x) => (x > 80_000 ? 1e6 : 0), 0.05, 0.1],
    ['a falling one', (x) => -x, 0, 0],
    ['a sawtooth', (x) => x % 7_000, 0, 0.7],
  ])('%s', (_name, y, least, most) => {
    const share = shareRising(window(y));
    expect(share).toBeGreaterThanOrEqual(least);
    expect(share).toBeLessThanOrEqual(most);
  });

  test('of nothing is nothing', () => expect(shareRising([])).toBe(0));
});

describe('decays', () => {
  const slowing: [string, (x: number) => number][] = [
    ['a cache that fills', (x) => 1e6 * (1 - Math.exp(-x / 30_000))],
    ['√n', (x) => 3_000 * Math.sqrt(x)],
    ['a logarithm', (x) => 1e5 * Math.log(x)],
    ['a line that ends in the middle', (x) => 64 * Math.min(x, 75_000)],
  ];
  test.each(slowing)('%s does', (_name, y) => expect(decays(window(y), 0.7)).toBe(true));

  const steady: [string, (x: number) => number][] = [
    ['a line', (x) => 64 * x],
    ['one that gets steeper', (x) => x ** 2 / 1_000],
    ['a line of rare blocks', (x) => Math.floor(x / 1_000) * 5_120],
    ['a flat series', () => 0],
    ['a falling one', (x) => -64 * x],
  ];
  test.each(steady)('%s does not', (_name, y) => expect(decays(window(y), 0.7)).toBe(false));

  test('a line under noise is hardly ever taken for one that decays', () => {
    let wrong = 0;
    for (let seed = 1; seed <= 200; seed++) {
      const error = noise(seed, 50_000);
      if (
        decays(
          window((x) => 64 * x + error(x)),
          0.7,
        )
      )
        wrong++;
    }
    expect(wrong).toBeLessThanOrEqual(2);
  });

  test('too few readings say nothing', () =>
    expect(decays(window((x) => Math.sqrt(x)).slice(0, 3), 0.7)).toBe(false));
});

describe('setsIn', () => {
  test('a leak that starts inside the window', () =>
    expect(setsIn(window((x) => Math.max(0, x - 72_000) * 64))).toBe(true));
  test('a line does not', () => expect(setsIn(window((x) => 64 * x))).toBe(false));
  test('a cache that fills does not', () =>
    expect(setsIn(window((x) => 1e6 * (1 - Math.exp(-x / 30_000))))).toBe(false));
  test('noise hardly ever', () => {
    const wrong = Array.from({ length: 200 }, (_, seed) => setsIn(window(noise(seed, 1_000)))).filter(
      Boolean,
    ).length;
    expect(wrong).toBeLessThanOrEqual(4);
  });
});

describe('jumps', () => {
  test('one step among flat readings', () => expect(jumps(window((x) => (x > 80_000 ? 1e6 : 0)))).toBe(true));
  test('a step on top of a line', () =>
    expect(jumps(window((x) => 24 * x + (x > 80_000 ? 1e6 : 0)))).toBe(true));
  test('no line, no curve', () => {
    expect(jumps(window((x) => 64 * x))).toBe(false);
    expect(jumps(window((x) => 1e6 * (1 - Math.exp(-x / 10_000))))).toBe(false);
    for (const n of [6, 8, 12])
      expect(jumps(over(50_000, 100_000, n, (x) => 3_000 * Math.sqrt(x)))).toBe(false);
  });
  test('nothing that falls or is empty', () => {
    expect(jumps(window((x) => -x))).toBe(false);
    expect(jumps([])).toBe(false);
  });
});

test('octaveLevels: the lowest reading of each, the last first', () => {
  const line = over(0, 1_024, 1_024, (x) => x);
  expect(octaveLevels(line, 3)).toEqual([513, 257, 129]);
  expect(
    octaveLevels(
      over(900, 1_000, 5, (x) => x),
      3,
    ),
  ).toHaveLength(1);
});

const whole = (y: (x: number) => number): Series => over(0, 1e6, 400, y);
const capacity = (factor: number) => (x: number) => {
  let size = 128;
  while (size < 8 * x) size = Math.ceil(size * factor);
  return size;
};

describe('staircaseOf', () => {
  test.each([1.5, 2])('a buffer that grows by %d, at its rate', (factor) => {
    const stairs = staircaseOf(whole(capacity(factor)))!;
    expect(stairs.low).toBeLessThan(8 * factor);
    expect(stairs.high).toBeGreaterThan(8);
    expect(stairs.low).toBeLessThan(stairs.slope);
    expect(stairs.high).toBeGreaterThan(stairs.slope);
  });

  test.each<[string, (x: number) => number]>([
    ['a flat series', () => 1e6],
    ['a plateau', (x) => 64 * Math.min(x, 20_000)],
    ['√n', (x) => 3_000 * Math.sqrt(x)],
    ['a logarithm', (x) => 1e5 * Math.log(x)],
    ['one step', (x) => (x > 400_000 ? 1e6 : 0)],
    ['a sawtooth', (x) => 8 * (x % 300_000)],
    ['a buffer that is given back', (x) => (x > 900_000 ? 0 : capacity(2)(x))],
    ['what grows with the square', (x) => x ** 2 / 1e4],
  ])('not %s', (_name, y) => expect(staircaseOf(whole(y))).toBeNull());

  test('not before there are five octaves', () => {
    expect(staircaseOf(over(5e5, 1e6, 100, capacity(2)))).toBeNull();
    expect(staircaseOf([])).toBeNull();
  });
});
