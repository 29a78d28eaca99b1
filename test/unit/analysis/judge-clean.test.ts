import { describe, expect, test } from 'vitest';
import { LOOKALIKES, type Lookalike } from './families/lookalikes.ts';
import { settleTwice } from './families/simulated.ts';

/** More seeds for a thorough run by hand: MATRIX_SEEDS=50. */
const SEEDS = Array.from({ length: Number(process.env['MATRIX_SEEDS'] ?? 3) }, (_, i) => i + 1);

/**
 * What 30 seconds may not tell from a leak that is just beginning: wild noise, a wide sawtooth, a cache that
 * still takes several bytes per iteration.
 */
const UNDECIDED =
  /heavy-tailed 40000|sawtooth of 30000|outer iteration of 100000|cache of 40000 × 2000 B, hit at random, 100 µs/;

describe.each(Object.entries(LOOKALIKES))('%s', (_family, lookalikes: readonly Lookalike[]) => {
  test.each(lookalikes.map((one) => [one.name, one] as const))('%s', (name, { body }) => {
    for (const seed of SEEDS) {
      const { verdict } = settleTwice(body, seed);
      const allowed = UNDECIDED.test(name) ? ['clean', 'inconclusive'] : ['clean'];
      expect(allowed, `seed ${seed}: ${JSON.stringify(verdict)}`).toContain(verdict.kind);
    }
  });
});

test('an undecided run says which series, how it looked, and what to do', () => {
  const cache = LOOKALIKES.cache.find(({ name }) => UNDECIDED.test(name))!;
  expect(settleTwice(cache.body, 1).verdict).toMatchObject({
    kind: 'inconclusive',
    reason: expect.stringMatching(
      /a fresh one no answer \(the budget of 30 seconds ended; malloc: it grows, but slower and slower \(between [\d.e+]+ and [\d.e+]+ bytes per iteration\); give it more time with --budget SECONDS\)/,
    ),
  });
});
