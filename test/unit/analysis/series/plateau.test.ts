import { expect, test } from 'vitest';
import { fullFrom } from '../../../../src/analysis/series/plateau.ts';
import { samplesOf, settleTwice, type At, type Body } from '../families/simulated.ts';

const full = (body: Body, seconds = 5): number | null => fullFrom([...samplesOf(body, 1, seconds)]);

test.each([50_000, 300_000])('a cache with room for %i entries is full from there on', (entries) => {
  const found = full({ microseconds: 2, slots: (n) => Math.min(n, entries) })!;
  expect(found).toBeGreaterThan(0.97 * entries);
  expect(found).toBeLessThan(1.15 * entries);
});

test.each([
  ['what still grows', { microseconds: 2, malloc: (n: number) => 64 * n }],
  ['what never grew', { microseconds: 2 }],
  [
    'a warm-up of a few hundred iterations',
    { microseconds: 2, malloc: (n: number) => 1e6 * Math.min(1, n / 100) },
  ],
  ['a warm-up of a few kilobytes', { microseconds: 2, malloc: (n: number) => Math.min(n, 20_000) }],
  [
    'what scatters by as much as it rose',
    {
      microseconds: 200,
      malloc: (n: number, { random }: At) => 1e6 * Math.min(1, n / 4_000) + 1e6 * random.gauss(),
    },
  ],
])('%s has no such iteration', (_name, body) => expect(full(body)).toBeNull());

test('the verdict tells it, and that it is not a leak', () => {
  const { verdict, confirmed } = settleTwice({ microseconds: 1, slots: (n) => 2 * Math.min(n, 300_000) }, 1);
  expect(confirmed).not.toBeNull();
  expect(verdict).toMatchObject({
    kind: 'clean',
    evidence: expect.stringMatching(/^no growth above .*; full from about iteration 3\d0,000 on/),
  });
});
