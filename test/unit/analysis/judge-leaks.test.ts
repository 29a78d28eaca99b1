import { describe, expect, test } from 'vitest';
import type { Leak } from './families/leak.ts';
import { LEAKS } from './families/leaks.ts';
import { settle, settleTwice } from './families/simulated.ts';

/** More seeds for a thorough run by hand: MATRIX_SEEDS=50. */
const SEEDS = Array.from({ length: Number(process.env['MATRIX_SEEDS'] ?? 3) }, (_, i) => i + 1);
/** From this rate on a leak may not be missed. */
const MUST_FIND = 8;

describe.each(Object.entries(LEAKS))('%s', (_family, leaks: readonly Leak[]) => {
  test.each(leaks.map((leak) => [leak.name, leak] as const))('%s', (_name, { body, rate, cause }) => {
    for (const seed of SEEDS) {
      const { verdict } = settleTwice(body, seed);
      const small = rate !== null && rate < MUST_FIND;
      if (verdict.kind !== 'leak') {
        // A trickle may pass, but never below the bound that is quoted.
        expect(small, `seed ${seed}: ${verdict.kind}`).toBe(true);
        if (verdict.kind === 'clean') expect(verdict.smallestDetectable).toBeGreaterThan(rate! * 0.95);
        continue;
      }
      expect(verdict.cause, `seed ${seed}`).toBe(cause);
      if (rate !== null) {
        const tolerance = Math.max(0.1 * rate, 0.1);
        expect(Math.abs(verdict.growth.malloc.perIteration - rate), `seed ${seed}`).toBeLessThan(tolerance);
      }
    }
  });
});

test('a leak is settled early, and the faster the body the earlier', () => {
  const ordinary = [...LEAKS.constant, ...LEAKS.objects].filter(
    ({ rate, body }) => (rate ?? 0) >= 8 && body.microseconds <= 20,
  );
  const seconds = ordinary.map(({ body }) => settle(body, 1).seconds).sort((a, b) => a - b);
  expect(seconds.at(-1)).toBeLessThan(2);
});

test('a leak of 64 bytes is quoted to the byte', () => {
  const leak = LEAKS.constant.find(({ name }) => name === '64 B/iteration, 20 µs')!;
  const { verdict } = settleTwice(leak.body, 5);
  expect(verdict).toMatchObject({
    kind: 'leak',
    cause: 'native',
    confidence: 0.99,
    evidence: expect.stringMatching(/^linear through iteration \d+,\d{3}$/),
  });
  const { perIteration, low, high } = verdict.growth!.malloc;
  expect(perIteration).toBeCloseTo(64, 1);
  expect(high - low).toBeLessThan(0.2);
});
