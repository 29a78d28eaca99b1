import { expect, test } from 'vitest';
import { settleSetUp } from '../../../../src/analysis/loops/set-ups.ts';
import { countVerdictBy } from '../../../../src/analysis/loops/scale-growth.ts';
import type { Sample } from '../../../../src/domain/measurement/sample.ts';
import type { Growth, Slope, Verdict } from '../../../../src/domain/measurement/verdict.ts';

const slope = (perIteration: number, half: number, unit: Slope['unit'] = 'bytes'): Slope => ({
  perIteration,
  low: perIteration - half,
  high: perIteration + half,
  unit,
});

const growth = (bytes: number, half: number, slots: number): Growth => ({
  malloc: slope(bytes, half),
  blocks: slope(0, 0, 'blocks'),
  liveSlots: slope(slots, 0, 'slots'),
  heap: null,
  rss: null,
  pss: null,
});

const open = (found: Growth | null): Verdict => ({
  kind: 'inconclusive',
  code: 'script-ended',
  reason: 'the disk is full',
  growth: found,
  smallestDetectable: null,
});

const sample = (outer: number, inner: number) =>
  ({
    loops: [
      [0, outer],
      [1, inner],
    ],
  }) as unknown as Sample;

test('what is left behind of a set-up that was built only a few times has to be next to nothing', () => {
  const kept = growth(2_330, 10, 3);
  expect(settleSetUp(open(growth(2, 10, 0)), kept)).toMatchObject({ kind: 'clean', smallestDetectable: 12 });
  expect(settleSetUp(open(growth(64, 300, 0)), kept).kind).toBe('inconclusive');
  expect(settleSetUp(open(growth(2, 10, 1)), kept).kind).toBe('inconclusive');
  expect(settleSetUp(open(growth(2, 10, 0)), growth(0, 1, 0)).kind).toBe('inconclusive');
  expect(settleSetUp(open(null), kept).kind).toBe('inconclusive');
});

test('a verdict is counted by another loop of its stretch', () => {
  const samples = [sample(0, 0), sample(10, 500)];
  const counted = countVerdictBy({ verdict: open(growth(10_500, 50, 100)), by: 0 }, samples, 1);
  expect(counted.growth?.malloc).toMatchObject({ perIteration: 210, low: 209, high: 211 });
  expect(counted.growth?.liveSlots.perIteration).toBe(2);
});
