import { describe, expect, test } from 'vitest';
import { countsStandStill, iterationsStandingStill } from '../../../../src/analysis/series/standing-still.ts';
import type { Sample } from '../../../../src/domain/measurement/sample.ts';
import { samplesOf, type Body } from '../families/simulated.ts';

/** Readings between outermost iterations that take seconds each: so many blocks and as many objects. */
const readings = (counts: readonly number[]): readonly Sample[] => {
  const [first] = samplesOf({ microseconds: 300 }, 1, 1);
  return counts.map((count, i) => ({
    ...first!,
    iterations: i * 4_000,
    mallocBlocks: count,
    liveSlots: count,
    // What is alive varies in size: the last job of each thread.
    mallocBytes: 50_000_000 + ((i * 7) % 5) * 3_000_000,
  }));
};

const stillOf = (body: Body): number => iterationsStandingStill([...samplesOf(body, 1, 1)]);

describe('how long nothing at all moved', () => {
  test('counts from the last change on', () => {
    expect(stillOf({ microseconds: 10, malloc: (n) => Math.min(n, 5_000) })).toBeGreaterThan(10_000);
    expect(stillOf({ microseconds: 10, malloc: (n) => n })).toBe(0);
  });
});

describe('whether the counts stand still in the last two thirds', () => {
  test('three readings of the same counts are enough', () => {
    expect(countsStandStill(readings([22_000, 25_488, 25_490, 25_492, 25_492, 25_492]))).toBe(true);
  });

  test('two are not', () => {
    expect(countsStandStill(readings([22_000, 22_000, 25_490, 25_490]))).toBe(false);
  });

  test('a lower reading, of threads that were still at work, is no growth', () => {
    expect(countsStandStill(readings([100, 900, 900, 900, 901, 901, 5, 901, 901, 901]))).toBe(true);
  });

  test('an object per 500 iterations grows', () => {
    expect(countsStandStill(readings(Array.from({ length: 12 }, (_, i) => 900 + 8 * i)))).toBe(false);
  });

  test('growth that comes at once, late, is no standing', () => {
    expect(countsStandStill(readings([100, 900, 900, 900, 900, 900, 950, 950]))).toBe(false);
  });
});
