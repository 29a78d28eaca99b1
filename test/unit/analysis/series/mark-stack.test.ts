import { expect, test } from 'vitest';
import { withoutMarkStack } from '../../../../src/analysis/series/mark-stack.ts';
import type { Sample } from '../../../../src/domain/measurement/sample.ts';
import { randomOf } from '../families/random.ts';
import { samplesOf, type Body } from '../families/simulated.ts';

const CHUNK = 4_016;
const withChunks = (body: Body, chunks: (n: number) => number): readonly Sample[] =>
  [...samplesOf(body, 1, 5)].map((one) => ({
    ...one,
    markBytes: chunks(one.iterations) * CHUNK,
    mallocBytes: one.mallocBytes + chunks(one.iterations) * CHUNK,
    mallocBlocks: one.mallocBlocks + chunks(one.iterations),
  }));
const bytes = (samples: readonly Sample[]): readonly number[] =>
  samples.map(({ mallocBytes }) => mallocBytes);

test('what the collector holds on to now and then is left out', () => {
  const random = randomOf(3);
  const levels = new Map<number, number>();
  const loose = (n: number): number => {
    levels.set(n, levels.get(n) ?? Math.floor(300 * random.next()));
    return levels.get(n)!;
  };
  const left = withoutMarkStack(withChunks({ microseconds: 50_000 }, loose));
  expect(new Set(bytes(left)).size).toBe(1);
});

test('chunks that kept objects ask for are left out as well', () => {
  const left = withoutMarkStack(
    withChunks({ microseconds: 3, slots: (n) => 2 * n }, (n) => Math.floor(n / 250)),
  );
  expect(new Set(bytes(left)).size).toBe(1);
});

test('blocks of that size that leak are the script’s own', () => {
  const samples = withChunks({ microseconds: 3 }, (n) => n);
  expect(withoutMarkStack(samples)).toBe(samples);
});

test('older traces, in which they were not counted, stay as they are', () => {
  const samples = [...samplesOf({ microseconds: 3 }, 1, 1)];
  expect(withoutMarkStack(samples)).toBe(samples);
});
