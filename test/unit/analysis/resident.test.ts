import { expect, test } from 'vitest';
import { judge } from '../../../src/analysis/judge.ts';
import { residentOf } from '../../../src/analysis/resident.ts';
import type { Sample } from '../../../src/domain/measurement/sample.ts';
import { samplesOf } from './families/simulated.ts';

const held = (megabytes: number): readonly Sample[] =>
  [...samplesOf({ microseconds: 20, outside: (n) => megabytes * 1e6 * Math.min(1, n / 5_000) }, 1, 5)].map(
    (one) => ({
      ...one,
      peakBytes: 30e6,
      untrimmedBytes: one.rssBytes === null ? null : one.rssBytes + 20e6,
    }),
  );

test('what is resident beyond what is live, what trims gave back, and the peak', () => {
  const { heldBytes, trimmedBytes, peakBytes } = residentOf(held(40))!;
  expect(heldBytes / 1e6).toBeCloseTo(41, 0);
  expect({ trimmedBytes, peakBytes }).toEqual({ trimmedBytes: 20e6, peakBytes: 30e6 });
});

test('memory that was set aside before the loop and never touched is not missed from it', () => {
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
  return (verdict as { evidence: string }).evidence;
};

test('freed memory that stays is told with a clean bill, little of it is not', () => {
  expect(told(held(40))).toMatch(
    /; what stays resident is freed memory, not a leak: the allocator holds 41 MB of freed memory, malloc_trim gave back up to 20 MB, up to 30 MB of malloc were in use at a time and freed again$/,
  );
  expect(told([...samplesOf({ microseconds: 20 }, 1, 5)])).not.toMatch(/resident/);
});
