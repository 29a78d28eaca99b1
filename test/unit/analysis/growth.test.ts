import { NOT_READ } from '../../not-read.ts';
import { describe, expect, test } from 'vitest';
import { growingSizes, growthOf } from '../../../src/analysis/growth.ts';
import type { Sample } from '../../../src/domain/measurement/sample.ts';
import { samplesOf, type Body } from './families/simulated.ts';

const run = (body: Body, seconds = 2): readonly Sample[] => [...samplesOf(body, 1, seconds)];

describe('growthOf', () => {
  test('says nothing before there is something to fit', () => {
    const samples = run({ microseconds: 20 });
    expect(growthOf([])).toBeNull();
    expect(growthOf(samples.slice(0, 3))).toBeNull();
    expect(growthOf(samples.slice(0, 12))).not.toBeNull();
  });

  test('each series with its unit: 2 blocks and 100 bytes of malloc, 3 slots', () => {
    const growth = growthOf(
      run({ microseconds: 20, malloc: (n) => 100 * n, blocks: (n) => 2 * n, slots: (n) => 3 * n }),
    )!;
    expect(growth.malloc.unit).toBe('bytes');
    expect(growth.malloc.perIteration).toBeCloseTo(220, 0);
    expect(growth.blocks).toMatchObject({ unit: 'blocks', perIteration: expect.closeTo(2, 2) });
    expect(growth.liveSlots).toMatchObject({ unit: 'slots', perIteration: expect.closeTo(3, 2) });
    expect(growth.rss!.perIteration).toBeGreaterThan(150);
    expect(growth.heap!.unit).toBe('bytes');
    for (const slope of [
      growth.malloc,
      growth.blocks,
      growth.liveSlots,
      growth.heap!,
      growth.rss!,
      growth.pss!,
    ]) {
      expect(slope.low).toBeLessThanOrEqual(slope.perIteration);
      expect(slope.high).toBeGreaterThanOrEqual(slope.perIteration);
    }
  });

  test('series that were never read are null, not zero', () => {
    const blind = run({ microseconds: 20 }).map((s) => ({
      ...s,
      ...NOT_READ,
    }));
    expect(growthOf(blind)).toMatchObject({ heap: null, rss: null, pss: null });
  });

  test('slots are small numbers: their interval is not blurred by the grain of bytes', () => {
    const { liveSlots } = growthOf(run({ microseconds: 200 }))!;
    expect(liveSlots.high - liveSlots.low).toBeLessThan(0.01);
  });

  test('a buffer that doubles is quoted over its octaves, with what hangs on it', () => {
    let size = 128;
    const malloc = (n: number): number => {
      while (size < 8 * n) size *= 2;
      return size;
    };
    const { malloc: slope } = growthOf(run({ microseconds: 1, malloc, blocks: () => 1, slots: (n) => n }))!;
    expect(slope.low).toBeLessThan(48 + 8);
    expect(slope.high).toBeGreaterThan(48);
    expect(slope.low).toBeGreaterThan(20);
  });
});

const at = (iterations: number, sizes: [number, number][]) => ({ iterations, sizes });

describe('growingSizes', () => {
  test('the largest share of bytes first', () => {
    const sizes = growingSizes([
      at(0, [
        [56, 1],
        [120, 10],
      ]),
      at(1_000, [
        [56, 1_000],
        [120, 10],
        [512, 100],
      ]),
      at(2_000, [
        [56, 2_000],
        [120, 10],
        [512, 200],
      ]),
    ]);
    expect(sizes).toEqual([
      { bytes: 56, perIteration: 1 },
      { bytes: 512, perIteration: 0.1 },
    ]);
  });

  test('compares with the histogram nearest to half of the run, so that warm-up is left out', () => {
    const sizes = growingSizes([
      at(0, []),
      at(400, [[64, 9_000]]),
      at(500, [[64, 9_100]]),
      at(700, [[64, 9_300]]),
      at(1_000, [[64, 9_600]]),
    ]);
    expect(sizes).toEqual([{ bytes: 64, perIteration: 1 }]);
  });

  test('of two histograms, the one a little after half of the run is nearer than the one long before', () => {
    const sizes = growingSizes([
      at(0, []),
      at(100, [[24, 100]]),
      at(600, [
        [24, 500],
        [40, 100],
      ]),
      at(1_000, [
        [24, 800],
        [40, 200],
      ]),
    ]);
    expect(sizes).toEqual([
      { bytes: 24, perIteration: 0.75 },
      { bytes: 40, perIteration: 0.25 },
    ]);
  });

  test('leaves out what shrinks, what stays, and what makes up less than a hundredth', () => {
    const sizes = growingSizes([
      at(0, [
        [24, 500],
        [40, 7],
      ]),
      at(1_000, [
        [24, 100],
        [40, 7],
        [64, 1_000],
        [8, 50],
      ]),
    ]);
    expect(sizes).toEqual([{ bytes: 64, perIteration: 1 }]);
  });

  test('at most eight', () => {
    const many = Array.from({ length: 30 }, (_, i): [number, number] => [1_000 + i, 1_000]);
    expect(growingSizes([at(0, []), at(1_000, many)])).toHaveLength(8);
  });

  test.each([
    ['none', []],
    ['one', [at(1_000, [[64, 1] as [number, number]])]],
    ['none that is old enough', [at(900, []), at(1_000, [[64, 5] as [number, number]])]],
    ['two of the same moment', [at(0, []), at(0, [[64, 5] as [number, number]])]],
  ])('%s: nothing is said', (_name, histograms) => expect(growingSizes(histograms)).toEqual([]));
});
