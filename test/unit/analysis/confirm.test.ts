import { describe, expect, test } from 'vitest';
import { agrees, confirmingPolicy, confirmLeak, CONFIRMING } from '../../../src/analysis/confirm.ts';
import { POLICY } from '../../../src/analysis/policy.ts';
import { LEAKS } from './families/leaks.ts';
import { LOOKALIKES } from './families/lookalikes.ts';
import { settle, settleTwice } from './families/simulated.ts';
import { growing, leak } from './verdicts.ts';

describe('agrees', () => {
  test.each([
    ['the same rate', leak(64), leak(64), true],
    ['a quarter more', leak(64), leak(80), true],
    ['a third less', leak(64, 0.1), leak(42, 0.1), false],
    ['twice as much', leak(64, 0.1), leak(128, 0.1), false],
    ['another rate, but intervals that overlap', leak(40, 30), leak(100, 40), true],
    ['a rate that was not seen', leak(64, 0.1), leak(0.01, 0.001), false],
    [
      'resident memory, whose live bytes stay flat',
      leak(0, 0.1, 'outside-malloc'),
      leak(5, 0.1, 'outside-malloc'),
      true,
    ],
  ])('%s', (_name, first, second, same) => expect(agrees(first, second)).toBe(same));
});

const withSlots = (bytes: number, slots: number) => {
  const one = leak(bytes, 0.1, 'objects');
  const liveSlots = { perIteration: slots, low: slots, high: slots, unit: 'slots' } as const;
  return { ...one, growth: { ...one.growth, liveSlots } };
};

test('as many slots are the same leak, wherever the last step of a table fell', () => {
  expect(agrees(withSlots(49, 1), withSlots(150, 1.01))).toBe(true);
  expect(agrees(withSlots(49, 1), withSlots(150, 2))).toBe(false);
});

describe('confirmLeak', () => {
  test('keeps the first measurement and takes the cause from the second, which read memsize', () => {
    const first = leak(64);
    expect(confirmLeak(first, leak(66, 1, 'objects'))).toEqual({ ...first, cause: 'objects' });
  });

  test.each([
    ['another rate', leak(200, 1), '200'],
    [
      'a clean bill',
      {
        kind: 'clean',
        growth: growing(0, 0.1),
        confidence: 0.99,
        smallestDetectable: 0.1,
        resident: null,
        fullFrom: null,
        evidence: '',
      } as const,
      'none',
    ],
    [
      'no answer',
      {
        kind: 'inconclusive',
        code: 'too-few-iterations',
        reason: 'too few',
        growth: null,
        smallestDetectable: null,
      } as const,
      'no answer (too few)',
    ],
  ])('%s makes it inconclusive, with both', (_name, second, told) => {
    const verdict = confirmLeak(leak(64, 0.1), second);
    expect(verdict).toMatchObject({ kind: 'inconclusive', growth: growing(64, 0.1) });
    expect((verdict as { reason: string }).reason).toBe(
      `one container showed 64.0 bytes per iteration, a fresh one ${told}; run it again with a larger --budget`,
    );
  });
});

describe('the second container looks further', () => {
  test('four times the iterations, and where slots or tables grow at those of the caches of the field', () => {
    expect(confirmingPolicy({ iterations: 30_000 })).toMatchObject({ leastIterations: 120_000 });
    expect(confirmingPolicy({ iterations: 500_000 })).toMatchObject({ leastIterations: 1_000_000 });
    expect(CONFIRMING.tableIterations).toBeGreaterThan(600_000);
    const { confirmed, iterations } = settleTwice(
      { microseconds: 2, malloc: (n) => 64 * n, blocks: (n) => n },
      1,
    );
    expect(confirmed!.iterations).toBeGreaterThanOrEqual(4 * iterations);
  });

  test('a busy machine does not make it look less far', () => {
    const cache = { microseconds: 6, slots: (n: number) => 2 * Math.min(n, 250_000), waits: 0.8 };
    expect(settleTwice(cache, 1).verdict.kind).toBe('clean');
  });

  test('as far as memory allows', () => {
    const { verdict, confirmed } = settleTwice(
      { microseconds: 20, slots: (n) => n, malloc: (n) => 20_000 * n, blocks: (n) => n },
      1,
    );
    expect(verdict.kind).toBe('leak');
    expect(confirmed!.iterations).toBeLessThan(30_000);
  });

  test('growth that it saw end is clean', () => {
    const clean = {
      kind: 'clean',
      growth: growing(0, 0.1),
      confidence: 0.99,
      smallestDetectable: 0.1,
      resident: null,
      fullFrom: 300_000,
      evidence: 'no growth above 0.05 bytes per iteration through iteration 1,200,000; full from …',
    } as const;
    expect(confirmLeak(leak(64), clean)).toBe(clean);
    const unknown = { ...clean, fullFrom: null };
    expect(confirmLeak(leak(64), unknown).kind).toBe('inconclusive');
    expect(confirmLeak(leak(64), unknown, true)).toBe(unknown);
  });

  test('its rate is the better one where the first had not faded in', () => {
    const second = leak(64, 0.1);
    expect(confirmLeak(leak(40, 4), second)).toBe(second);
  });
});

describe('CONFIRMING', () => {
  test('says leak under the same thresholds', () => {
    expect(CONFIRMING.leastGrowth).toBe(POLICY.leastGrowth);
    expect(CONFIRMING.cleanBelow).toBe(POLICY.cleanBelow);
  });

  const leaks = [...LEAKS.constant, ...LEAKS.rare, ...LEAKS.objects, ...LEAKS.buffers].filter(
    ({ rate }) => rate === null || rate >= 8,
  );
  test.each(leaks.map((one) => [one.name, one] as const))('sees again: %s', (_name, { body }) => {
    const first = settle(body, 1).verdict;
    const second = settle(body, 7_919, CONFIRMING).verdict;
    expect(first.kind).toBe('leak');
    expect(confirmLeak(first as ReturnType<typeof leak>, second).kind).toBe('leak');
  });

  const clean = [...LOOKALIKES.noise, ...LOOKALIKES.spikes, ...LOOKALIKES.ring];
  test('is not what makes noise a leak', () => {
    for (const { body } of clean) expect(settle(body, 7_919, CONFIRMING).verdict.kind).not.toBe('leak');
  });
});
