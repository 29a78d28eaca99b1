import { expect, test } from 'vitest';
import { leansToLeak } from '../../../src/analysis/leaning.ts';
import { samplesOf, type Body } from './families/simulated.ts';

/** Seconds of looping after which a body looks like a leak; null: it never does. */
function leansAfter(body: Body): number | null {
  const samples = [...samplesOf(body, 1, 3)];
  const first = samples.findIndex((_, index) => leansToLeak(samples.slice(0, index + 1)));
  return first < 0 ? null : (samples[first]?.afterMs ?? 0) / 1000;
}

test.each<readonly [string, Body]>([
  ['grows evenly', { microseconds: 20, malloc: (n) => 64 * n, blocks: (n) => n }],
  ['keeps objects', { microseconds: 20, malloc: () => 0, blocks: () => 0, slots: (n) => n }],
  [
    'has a table that doubles',
    { microseconds: 2, malloc: (n) => 8 * 2 ** Math.ceil(Math.log2(n + 1)), blocks: () => 1 },
  ],
])('what %s looks like a leak within a third of a second', (_what, body) => {
  expect(leansAfter(body)).toBeLessThan(0.35);
});

test.each<readonly [string, Body]>([
  ['stays flat', { microseconds: 20, malloc: () => 4096, blocks: () => 7 }],
  ['saws', { microseconds: 20, malloc: (n) => 640 * (n % 997), blocks: (n) => n % 997 }],
])('what %s does not', (_what, body) => expect(leansAfter(body)).toBeNull());
