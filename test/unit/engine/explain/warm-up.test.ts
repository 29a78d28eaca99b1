import { expect, it } from 'vitest';
import type { CellRecord } from '../../../../src/domain/run/record.ts';
import { queuedCell } from '../../../../src/engine/measure/cell-record.ts';
import {
  enoughIterations,
  enoughToCompare,
  leastIterations,
} from '../../../../src/engine/explain/warm-up.ts';
import { explanation } from '../../report/explain/findings.ts';
import { cellNamed } from '../../domain/cell-named.ts';

const slope = (perIteration: number) =>
  ({ perIteration, low: perIteration, high: perIteration, unit: 'blocks' }) as const;

const cell = (blocks: number, slots: number, microsecondsPerIteration: number | null): CellRecord => ({
  ...queuedCell(cellNamed('2.4.3')),
  cause: slots > 0 ? 'objects' : 'native',
  growth: {
    malloc: { ...slope(64), unit: 'bytes' },
    blocks: slope(blocks),
    liveSlots: { ...slope(slots), unit: 'slots' },
    heap: null,
    rss: null,
    pss: null,
  },
  microsecondsPerIteration,
});

it('waits until a rare leak has happened several times, but not forever', () => {
  expect(leastIterations(cell(1, 0, 40))).toBe(1000);
  expect(leastIterations(cell(0.001, 0, 10))).toBe(8000);
  expect(leastIterations(cell(0.001, 0, 10_000))).toBe(40);
  expect(leastIterations(cell(1, 0, 5_000_000))).toBe(1);
});

it('waits until blocks have the size that they keep, where that takes no time', () => {
  expect(leastIterations(cell(1, 0, 0.3))).toBe(4000);
  expect(leastIterations(cell(1, 0, 20))).toBe(2000);
  expect(leastIterations(cell(1, 0, null))).toBe(1000);
  expect(leastIterations(cell(0, 1, 0.3))).toBe(1000);
});

const seen = (iterations: number) => explanation([], { iterations });

it('compares through as many iterations as the leaks were seen in', () => {
  expect(enoughToCompare([seen(15_000), seen(9000)])).toBe(5000);
  expect(enoughToCompare([seen(900)])).toBe(1000);
  expect(enoughToCompare([seen(0)])).toBeNull();
  expect(enoughToCompare([])).toBeNull();
});

it('dumps no more objects than it takes', () => {
  expect(enoughIterations(cell(1, 1, 10), 'objects', 512)).toBe(500);
  expect(enoughIterations(cell(1, 18, 10), 'objects', 512)).toBe(300);
  expect(enoughIterations(cell(1, 0.02, 10), 'objects', 512)).toBe(25_000);
});

it('leaves room for four times as much in the memory there is', () => {
  // 64 bytes per iteration: a sixteenth of 512 MiB.
  expect(enoughIterations(cell(1, 0, 10), 'native', 512)).toBe(2 ** 19);
  expect(enoughIterations(cell(1, 0, 10), 'native', 64)).toBe(2 ** 16);
  expect(enoughIterations({ ...cell(1, 0, 10), growth: null }, 'native', 512)).toBeNull();
});
