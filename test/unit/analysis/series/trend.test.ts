import { describe, expect, test } from 'vitest';
import type { Series } from '../../../../src/analysis/series/series.ts';
import { blockPoints, leastSquares, trendOf } from '../../../../src/analysis/series/trend.ts';
import { randomOf } from '../families/random.ts';

const series = (n: number, y: (x: number, i: number) => number): Series =>
  Array.from({ length: n }, (_, i) => ({ x: i * 1_000, y: y(i * 1_000, i) }));

describe('leastSquares', () => {
  test('finds an exact line, with the grain of the readings as its error', () => {
    const line = leastSquares(
      series(5, (x) => 7 + 64 * x),
      0,
    )!;
    expect(line.slope).toBeCloseTo(64, 9);
    expect(line).toMatchObject({ freedom: 3 });
    expect(line.error).toBeCloseTo(0, 6);
    // 48 / √12, over the root of Σ(x − x̄)² = 10⁷.
    expect(leastSquares(series(5, (x) => 64 * x))!.error).toBeCloseTo(48 / Math.sqrt(12) / Math.sqrt(1e7), 9);
  });

  test('agrees with a worked example', () => {
    // x 0 1 2 3, y 1 3 2 5: slope 1.1, residual variance 1.35, Σ(x − x̄)² 5.
    const points = [1, 3, 2, 5].map((y, x) => ({ x, y }));
    const { slope, error, freedom } = leastSquares(points, 0)!;
    expect(slope).toBeCloseTo(1.1, 12);
    expect(error).toBeCloseTo(Math.sqrt(1.35 / 5), 12);
    expect(freedom).toBe(2);
  });

  test('says nothing of too little', () => {
    expect(leastSquares([])).toBeNull();
    expect(leastSquares(series(2, (x) => x))).toBeNull();
    expect(leastSquares([1, 2, 3].map((y) => ({ x: 5, y })))).toBeNull();
  });
});

describe('blockPoints', () => {
  test('keeps the bottom of a sawtooth, or its mean', () => {
    const saw = series(36, (_x, i) => (i % 3) * 100);
    expect(blockPoints(saw, 'lowest').map(({ y }) => y)).toEqual(Array.from({ length: 12 }, () => 0));
    expect(blockPoints(saw, 'mean').map(({ y }) => y)).toEqual(Array.from({ length: 12 }, () => 100));
  });

  test.each([
    [4, 4],
    [11, 4],
    [15, 5],
    [36, 12],
    [400, 12],
  ])('%i readings make %i blocks', (n, blocks) => {
    expect(
      blockPoints(
        series(n, (x) => x),
        'mean',
      ),
    ).toHaveLength(blocks);
  });

  test('every reading is in one block', () => {
    for (let n = 4; n < 60; n++) {
      const points = blockPoints(
        series(n, () => 1),
        'mean',
      );
      const lows = blockPoints(
        series(n, (_x, i) => -i),
        'lowest',
      );
      expect(points.every(({ y }) => y === 1)).toBe(true);
      expect(lows.at(-1)).toEqual({ x: (n - 1) * 1_000, y: 1 - n });
    }
  });
});

/** Measures the share of 600 series whose interval contains the true slope of 5. */
function coverage(memory: number, n: number, pick: 'mean' | 'lowest'): number {
  let held = 0;
  for (let seed = 1; seed <= 600; seed++) {
    const random = randomOf(seed);
    let error = random.gauss();
    const noisy = series(n, (x) => {
      error = memory * error + Math.sqrt(1 - memory ** 2) * random.gauss();
      return 5 * x + 20_000 * error;
    });
    const { low, high } = trendOf(noisy, pick, 0)!;
    if (low <= 5 && high >= 5) held++;
  }
  return held / 600;
}

describe('trendOf', () => {
  test('brackets the slope, however little noise there is', () => {
    const { slope, low, high } = trendOf(
      series(40, (x) => 64 * x),
      'mean',
    )!;
    expect(low).toBeLessThan(slope);
    expect(high).toBeGreaterThan(slope);
    expect(high - low).toBeLessThan(0.02);
  });

  test('needs three points', () => {
    expect(
      trendOf(
        series(2, (x) => x),
        'mean',
      ),
    ).toBeNull();
    expect(
      trendOf(
        series(3, (x) => x),
        'lowest',
      ),
    ).not.toBeNull();
  });

  test.each([
    ['mean', 15],
    ['mean', 40],
    ['mean', 150],
    ['lowest', 40],
    ['lowest', 150],
  ] as const)('a 99 %% interval holds the truth that often (%s of %i readings)', (pick, n) => {
    expect(coverage(0, n, pick)).toBeGreaterThan(0.97);
  });

  test('readings that resemble their neighbours are not taken for more evidence than they are', () => {
    expect(coverage(0.5, 150, 'mean')).toBeGreaterThan(0.96);
    expect(coverage(0.8, 150, 'mean')).toBeGreaterThan(0.93);
  });
});
