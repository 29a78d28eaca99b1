import { describe, expect, test } from 'vitest';
import { judge } from '../../../src/analysis/judge.ts';
import {
  arenasOf,
  comparedInWords,
  keptByAllocator,
  describeResident,
  residentOf,
} from '../../../src/analysis/resident.ts';
import type { Sample } from '../../../src/domain/measurement/sample.ts';
import type { HeldWith, Resident } from '../../../src/domain/measurement/verdict.ts';
import { samplesOf } from './families/simulated.ts';

const held = (megabytes: number): readonly Sample[] =>
  [...samplesOf({ microseconds: 20, outside: (n) => megabytes * 1e6 * Math.min(1, n / 5_000) }, 1, 5)].map(
    (one) => ({
      ...one,
      peakBytes: 30e6,
      untrimmedBytes: one.rssBytes === null ? null : one.rssBytes + 20e6,
    }),
  );

test('what is resident beyond what is live, what trims returned, and the peak', () => {
  const { heldBytes, trimmedBytes, peakBytes } = residentOf(held(40))!;
  expect(heldBytes / 1e6).toBeCloseTo(41, 0);
  expect({ trimmedBytes, peakBytes }).toEqual({ trimmedBytes: 20e6, peakBytes: 30e6 });
});

test('memory that was reserved before the loop and never touched is not missed from it', () => {
  const untouched = held(40).map((one) => ({ ...one, mallocBytes: one.mallocBytes + 500e6 }));
  expect(residentOf(untouched)!.heldBytes / 1e6).toBeCloseTo(40, 0);
});

test('nothing read, nothing said', () => {
  expect(residentOf(held(40).map((one) => ({ ...one, anonBytes: null })))).toBeNull();
  expect(residentOf([])).toBeNull();
});

const told = (samples: readonly Sample[]): string => {
  const verdict = judge(samples, { memoryBytes: 512 * 2 ** 20, ended: null });
  expect(verdict).toMatchObject({ kind: 'clean' });
  return describeResident((verdict as { resident: Resident }).resident).join('; ');
};

test('freed memory that stays is reported with a clean verdict, little of it is not', () => {
  expect(told(held(40))).toBe(
    'not a leak: live bytes are flat; 41 MB of freed memory stay resident, malloc_trim gave back up to 20 MB, up to 30 MB of malloc were in use at a time and freed again',
  );
  expect(told([...samplesOf({ microseconds: 20 }, 1, 5)])).toBe('');
});

test('pages of the heap of Ruby that are half empty are distinguished from what the allocator keeps', () => {
  const sparse = held(40).map((one) => ({ ...one, heapPageBytes: one.slotBytes + 30e6 }));
  expect(told(sparse)).toContain('41 MB of freed memory stay resident, 30 MB of it free slots in pages of');
  expect(keptByAllocator(sparse) / 1e6).toBeCloseTo(11, 0);
});

const seen = (setting: string, megabytes: number, arenas: number | null = null): HeldWith => ({
  setting,
  heldBytes: megabytes * 1e6,
  arenas,
  outOfMemory: false,
  unavailable: null,
});

describe('what the allocator makes of it with other settings', () => {
  test('begins with what applications have, and ends with what was not to be had', () => {
    const none = { heldBytes: null, arenas: null, outOfMemory: false };
    const jemalloc = {
      ...none,
      setting: 'allocator=jemalloc',
      unavailable: 'its library is not in the image',
    };
    expect(comparedInWords([seen('arenas=default', 84, 16), seen('arenas=2', 9, 2), jemalloc])).toEqual([
      '84 MB of freed memory stay in 16 arenas, 9 MB with MALLOC_ARENA_MAX=2, jemalloc was not compared: its library is not in the image',
    ]);
    expect(comparedInWords([seen('arenas=default', 60, 1), seen('allocator=jemalloc', 7)])).toEqual([
      '60 MB of freed memory stay in 1 arena, 7 MB with jemalloc',
    ]);
  });

  test('says where it took all the memory there was, and nothing where nothing was seen', () => {
    expect(comparedInWords([{ ...seen('arenas=default', 512, 20), outOfMemory: true }])).toEqual([
      'more than 512 MB (all that a cell may have) of freed memory stay in 20 arenas',
    ]);
    expect(comparedInWords([])).toEqual([]);
  });

  test('arenas are counted with the first, where anybody counts', () => {
    const [one] = held(40);
    expect(
      arenasOf([
        { ...one!, arenas: 0 },
        { ...one!, arenas: 3 },
      ]),
    ).toBe(4);
    expect(arenasOf(held(40))).toBeNull();
  });
});
