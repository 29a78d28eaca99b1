import { describe, expect, it } from 'vitest';
import type { NativeTrace, TracedSite } from '../../../../src/domain/leak/native-trace.ts';
import { growingSites, steadyWindows } from '../../../../src/explain/native/growing.ts';
import { frame, site } from '../traced.ts';

const trace = (...sites: readonly TracedSite[]): NativeTrace => ({
  iterations: [1000, 2000, 4000],
  oneInBlocks: 1,
  sites,
  objects: null,
  notes: [],
  complete: true,
});

describe('sites that grow', () => {
  it('are those with more live bytes at each mark, largest first', () => {
    const small = site([1000, 2000, 4000], { bytes: 24 });
    const large = site([1000, 2000, 4000], { bytes: 512, stack: [frame('large')] });
    const found = growingSites(trace(small, large));
    expect(found.map(({ bytesPerIteration }) => bytesPerIteration)).toEqual([512, 24]);
    expect(found[1]).toMatchObject({
      blocksPerIteration: 1,
      blockBytes: 16,
      allocations: 3000,
      frees: 0,
      grows: false,
    });
  });

  it('are not those that filled up, came once, or return what they take', () => {
    expect(growingSites(trace(site([1000, 1500, 1500])))).toEqual([]);
    expect(growingSites(trace(site([0, 0, 1])))).toEqual([]);
    expect(growingSites(trace(site([7, 7, 7])))).toEqual([]);
    expect(growingSites(trace(site([900, 500, 100])))).toEqual([]);
  });

  it('are those of a leak on every hundredth iteration, too', () => {
    expect(growingSites(trace(site([10, 20, 40])))[0]?.blocksPerIteration).toBe(0.01);
  });

  it('are one where the same functions at the same line ask from two places', () => {
    const here = site([1000, 2000, 4000], { stack: [{ ...frame('init'), offset: 1 }, frame('table')] });
    const there = site([1000, 2000, 4000], {
      bytes: 96,
      stack: [{ ...frame('init'), offset: 9 }, frame('table')],
    });
    const found = growingSites(trace(here, there));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ blocksPerIteration: 2, blockBytes: null, bytesPerIteration: 160 });
    const stripped = [
      site([1, 2, 4], { stack: [frame(null, 1)] }),
      site([1, 2, 4], { stack: [frame(null, 2)] }),
    ];
    expect(growingSites(trace(...stripped))).toHaveLength(2);
  });

  it('tell a buffer that is enlarged from ever more blocks', () => {
    const doubling: TracedSite = {
      ...site([1, 1, 1]),
      marks: [
        { allocations: 10, frees: 9, blocks: 1, bytes: 8192 },
        { allocations: 11, frees: 10, blocks: 1, bytes: 16_384 },
        { allocations: 12, frees: 11, blocks: 1, bytes: 32_768 },
      ],
    };
    expect(growingSites(trace(doubling))[0]).toMatchObject({ grows: true, blocksPerIteration: 0 });
  });

  it('are none where the marks were never reached', () => {
    expect(growingSites({ ...trace(site([1, 2, 4])), iterations: [] })).toEqual([]);
    expect(growingSites({ ...trace(site([1, 2, 4])), iterations: [5, 5, 5] })).toEqual([]);
  });
});

/** Makes a site of one block with so many bytes at the marks. */
const block = (...bytes: readonly number[]): TracedSite => ({
  ...site([1, 1, 1], { stack: [frame(`table_of_${bytes.join('_')}`)] }),
  marks: bytes.map((size, i) => ({ allocations: 1 + i, frees: i, blocks: 1, bytes: size })),
});

it('a window in which a table was enlarged by chance is no measure of steady growth', () => {
  const grown = [100_000, 700_000] as const;
  const own = block(50_000, 100_000, 200_000);
  expect(steadyWindows(trace(own), grown)).toEqual([true, true]);
  expect(steadyWindows(trace(own, block(0, 0, 900_000)), grown)).toEqual([true, false]);
  expect(steadyWindows(trace(own, block(0, 90_000, 90_000)), grown)).toEqual([false, true]);
  expect(steadyWindows(trace(own, block(0, 90_000, 90_000), block(1, 1, 90_000)), grown)).toEqual([
    true,
    true,
  ]);
  expect(steadyWindows(trace(own, block(0, 0, 900)), grown)).toEqual([true, true]);
});
