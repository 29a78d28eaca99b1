import { describe, expect, test } from 'vitest';
import { judge } from '../../../src/analysis/judge.ts';
import type { Sample } from '../../../src/domain/measurement/sample.ts';
import { samplesOf } from './families/simulated.ts';

/** Resident memory that grows by so much per iteration while live bytes are flat. */
const growing = (perIteration: number, microseconds: number, seconds: number): readonly Sample[] => [
  ...samplesOf({ microseconds, outside: (n) => perIteration * n }, 1, seconds),
];

const verdictOf = (samples: readonly Sample[]) =>
  judge(samples, { memoryBytes: 512 * 2 ** 20, ended: { kind: 'budget', text: 'the budget ended' } });

const LEAK = { kind: 'leak', cause: 'outside-malloc' };

/** Returns the same growth, of a part of memory that another figure accounts for. */
const partOf = (name: 'heapBytes' | 'arenaBytes' | 'heapPageBytes', samples: readonly Sample[]) => {
  const first = samples.find(({ anonBytes }) => anonBytes !== null)?.anonBytes ?? 0;
  return samples.map((one) =>
    one.anonBytes === null ? one : { ...one, [name]: (one[name] ?? 0) + one.anonBytes - first },
  );
};

/** Returns the samples with all that became resident in use by glibc, beyond the counted blocks. */
const inUse = (samples: readonly Sample[]) => {
  const first = samples.find(({ anonBytes }) => anonBytes !== null)?.anonBytes ?? 0;
  return samples.map((one) =>
    one.anonBytes === null ? one : { ...one, uncountedBytes: 90_000 + one.anonBytes - first },
  );
};

/** Returns the samples with resident memory read at these shares of the loop only. */
const onlyAt = (shares: readonly number[], samples: readonly Sample[]) => {
  const last = samples.at(-1)?.iterations ?? 0;
  const read = shares.map(
    (share) =>
      samples.find(({ iterations, anonBytes }) => anonBytes !== null && iterations >= share * last)
        ?.iterations,
  );
  return samples.map((one) => (read.includes(one.iterations) ? one : { ...one, anonBytes: null }));
};

/** What arenas hold that fill up. */
const arena = (n: number): number => 12e6 * (1 - Math.exp(-n / 3_000));

/** Perhaps more than what clean bodies show, perhaps not. */
const wavering = (n: number): number => 2_300 * (n + 12 * Math.sin(n / 12));

/** 1.8 GB in an hour; seen of mappings of 16 KiB beside jemalloc, on a busy machine. */
const sure = (n: number): number => 10_000 * (n + 12 * Math.sin(n / 12));

/** Judges after eight seconds, a share of which was spent waiting for a processor. */
const soFar = (outside: (n: number) => number, waits: number) =>
  judge([...samplesOf({ microseconds: 20_000, outside, waits }, 1, 8)], {
    memoryBytes: 512 * 2 ** 20,
    ended: null,
  });

describe('resident memory that grows while live bytes are flat', () => {
  test('is a leak outside of malloc, also where an iteration is slow and there were few of them', () => {
    expect(verdictOf(growing(2_000, 500, 6))).toMatchObject(LEAK);
    expect(verdictOf(growing(2_048, 8_000, 10))).toMatchObject(LEAK);
  });

  const PARTS = [
    ['[heap], where freed memory lies between what is live', 'heapBytes'],
    ["the allocator's further arenas", 'arenaBytes'],
    ["pages of Ruby's heap that are not full", 'heapPageBytes'],
  ] as const;

  test('is one beside arenas that fill up meanwhile', () => {
    const samples = growing(2_000, 500, 6).map((one) =>
      one.anonBytes === null
        ? one
        : { ...one, anonBytes: one.anonBytes + arena(one.iterations), arenaBytes: arena(one.iterations) },
    );
    expect(verdictOf(samples)).toMatchObject(LEAK);
  });

  test('is one beside arenas that scatter by more than it grew, on a machine with hardly any time for it', () => {
    const samples = growing(16_384, 30_000, 15).map((one) => {
      const held = 2e6 * (((one.iterations * 7_919) % 1_000) / 1_000);
      return one.anonBytes === null ? one : { ...one, anonBytes: one.anonBytes + held, arenaBytes: held };
    });
    expect(verdictOf(samples)).toMatchObject(LEAK);
  });

  test('is waited for in the time that the script had a processor', () => {
    expect(soFar(wavering, 0)).toMatchObject({ kind: 'clean' });
    expect(soFar(wavering, 0.8)).toBeNull();
  });

  test('is no clean bill where it is sure, however little it is so far', () => {
    expect(soFar(sure, 0)).toBeNull();
    const all = [...samplesOf({ microseconds: 20_000, outside: sure }, 1, 8)];
    expect(verdictOf(all)).toMatchObject({
      kind: 'inconclusive',
      reason: expect.stringContaining('resident'),
    });
  });

  test.each(PARTS)('is none where it grows in %s', (_, name) => {
    const fillsUp = samplesOf({ microseconds: 500, outside: (n) => 4_000 * Math.min(n, 5_000) }, 1, 6);
    expect(verdictOf(partOf(name, [...fillsUp]))).toMatchObject({ kind: 'clean' });
  });

  // glibc's malloc, found by its address and not by its name, is not the one that the probe counts.
  test.each(PARTS.slice(0, 2))(
    'is a leak where glibc has it in use in %s: it was taken around the counters',
    (_, name) => {
      expect(verdictOf(inUse(partOf(name, growing(4_000, 500, 6))))).toMatchObject(LEAK);
    },
  );

  test.each(PARTS.slice(0, 2))(
    'is none where it grows in a line in %s and glibc has no more in use',
    (_, name) => {
      const samples = partOf(name, growing(4_000, 500, 6));
      const told = samples.map((one) => (one.anonBytes === null ? one : { ...one, uncountedBytes: 90_000 }));
      expect(verdictOf(told)).toMatchObject({ kind: 'clean' });
    },
  );

  test.each([[[0.2, 0.9]], [[0.05, 0.15, 0.25, 0.6, 0.99]], [[0.2, 0.4, 0.6, 0.61, 0.99]]])(
    'is no clean bill where glibc has it in use and readings are few: at %j of the loop',
    (shares) => {
      const few = inUse(onlyAt(shares, partOf('heapBytes', growing(4_000, 500, 6))));
      expect(verdictOf(few)?.kind).not.toBe('clean');
      expect(judge(few, { memoryBytes: 512 * 2 ** 20, ended: null })?.kind).not.toBe('clean');
    },
  );

  // glibc's caches of freed blocks, one per thread, scatter and are full some time.
  test('is none where only the caches of threads fill up', () => {
    const samples = [...samplesOf({ microseconds: 500 }, 1, 6)].map((one) =>
      one.anonBytes === null
        ? one
        : {
            ...one,
            uncountedBytes: 3e6 * (1 - Math.exp(-one.iterations / 800)) + 20_000 * (one.iterations % 3),
          },
    );
    expect(verdictOf(samples)).toMatchObject({ kind: 'clean' });
  });

  test.each(PARTS.slice(0, 2))('is no clean bill where it grows in a line in %s', (_, name) => {
    const samples = partOf(name, growing(4_000, 500, 6));
    expect(verdictOf(samples)).toMatchObject({
      kind: 'inconclusive',
      reason: expect.stringContaining('allocator'),
    });
    expect(judge(samples, { memoryBytes: 512 * 2 ** 20, ended: null })).toBeNull();
  });

  test('is no clean bill, either, where the budget ends before such a line has grown by much', () => {
    const soon = growing(4_000, 600, 2);
    expect(verdictOf(partOf('heapBytes', soon))?.kind).toBe('inconclusive');
    // Freed memory that an allocator keeps may grow like that, and has ended before a script has had its time.
    const few = growing(4_000, 5_000, 8);
    expect(verdictOf(partOf('heapBytes', few))?.kind).toBe('clean');
  });

  test.each([[[0.05, 0.15, 0.25, 0.3, 0.35, 0.45, 0.99]], [[0.2, 0.4, 0.6, 0.8, 1]]])(
    'is no clean bill either where a machine had hardly any time for readings: at %j of the loop',
    (shares) => {
      const samples = partOf('heapBytes', growing(4_000, 500, 6));
      const few = onlyAt(shares, samples);
      expect(verdictOf(few)).toMatchObject({ kind: 'inconclusive' });
      expect(judge(few, { memoryBytes: 512 * 2 ** 20, ended: null })).toBeNull();
    },
  );
});
