import { describe, expect, it } from 'vitest';
import { compareRepeats } from '../../../../src/analysis/compare/compare-repeats.ts';
import type { CellDifference, Difference } from '../../../../src/domain/measurement/repeats.ts';
import { randomOf } from '../families/random.ts';
import type { Body } from '../families/simulated.ts';
import { bodiesInTurns, turnsOf, type Shown } from './simulated-pairs.ts';

const PAIRS = 1_000;
const QUIET = { bytes: 0.003, time: 0.02, resident: 1e5 };
const NOISY = { bytes: 0.5, time: 0.08, resident: 1e6 };
const PLAIN: Shown = { bytes: 64, microseconds: 10, residentBytes: 30e6, vary: QUIET };

const covers = ({ low, high }: Difference, truth: number): boolean => low <= truth && truth <= high;

/**
 * Counts over many pairs how often each interval covers the truth, and how often a difference was claimed.
 */
function tried(cells: readonly Shown[]) {
  const random = randomOf(7);
  const [base = PLAIN, other = PLAIN] = cells;
  const counts = { covered: [0, 0, 0], claimed: [0, 0, 0] };
  for (let pair = 0; pair < PAIRS; pair += 1) {
    const found = turnsOf(cells, random);
    const difference = compareRepeats(found[0] ?? [], found[1] ?? [], found);
    const all = difference === null ? [] : [difference.bytes, difference.time, difference.resident];
    const truths = [
      other.bytes - base.bytes,
      other.microseconds / base.microseconds - 1,
      other.residentBytes - base.residentBytes,
    ];
    for (const [index, one] of all.entries()) {
      if (one !== null && covers(one, truths[index] ?? NaN)) counts.covered[index]! += 1;
      if (one?.certainty === 'differs') counts.claimed[index]! += 1;
    }
  }
  return counts;
}

describe('the interval of a difference', () => {
  it.each([
    ['equal cells', [PLAIN, PLAIN]],
    ['equal cells on a noisy machine', [PLAIN, PLAIN].map((cell) => ({ ...cell, vary: NOISY }))],
    ['one that varies more', [PLAIN, { ...PLAIN, vary: NOISY }]],
    ['less of everything', [PLAIN, { ...PLAIN, bytes: 0, microseconds: 8.5, residentBytes: 27e6 }]],
    ['six settings', Array.from({ length: 6 }, () => PLAIN)],
    [
      'six settings, two of them faster',
      [PLAIN, { ...PLAIN, microseconds: 8 }, PLAIN, { ...PLAIN, microseconds: 8 }, PLAIN, PLAIN],
    ],
    ['three settings, a noisy one', [PLAIN, { ...PLAIN, vary: NOISY }, PLAIN]],
  ])('covers the truth in 99 of 100 pairs: %s', (_, cells) => {
    for (const covered of tried(cells).covered) expect(covered / PAIRS).toBeGreaterThanOrEqual(0.99);
  });

  it('claims nothing of equal cells, and what there is of unequal ones', () => {
    for (const claimed of tried([PLAIN, PLAIN]).claimed) expect(claimed).toBeLessThanOrEqual(PAIRS / 500);
    const { claimed } = tried([PLAIN, { ...PLAIN, bytes: 63, microseconds: 6, residentBytes: 27e6 }]);
    for (const times of claimed) expect(times / PAIRS).toBeGreaterThanOrEqual(0.99);
  });
});

const doubling = (bytes: number) => (n: number) => {
  const capacity = 2 ** Math.ceil(Math.log2(Math.max(16, n)));
  return { bytes: capacity * bytes >= 32_768 ? capacity * bytes : 0, blocks: 1 };
};

/** Lost memory, objects in an array (its table doubles beside), and nothing: with what they keep per iteration. */
const BODIES: Readonly<Record<string, { readonly body: Body; readonly keeps: number }>> = {
  nothing: { body: { microseconds: 12, malloc: (n, { random }) => 200 * random.next() }, keeps: 0 },
  sawtooth: { body: { microseconds: 12, malloc: (n, { random }) => 40_000 * random.next() }, keeps: 0 },
  '64 bytes': { body: { microseconds: 14, malloc: (n) => 64 * n, blocks: (n) => n }, keeps: 64 },
  '80 bytes': { body: { microseconds: 13, malloc: (n) => 80 * n, blocks: (n) => n }, keeps: 80 },
  objects: {
    body: { microseconds: 10, slots: (n) => n, malloc: (n) => doubling(8)(n).bytes, large: doubling(8) },
    keeps: 40,
  },
  'objects of 112 bytes more': {
    body: {
      microseconds: 10,
      slots: (n) => n,
      malloc: (n) => doubling(8)(n).bytes + 112 * n,
      large: doubling(8),
    },
    keeps: 152,
  },
};

describe('containers read from their checkpoints', () => {
  const names = Object.keys(BODIES);
  const pairs = names.flatMap((base) => names.map((other) => [base, other] as const));

  it.each(pairs)(
    'from %s to %s: the truth lies in the interval, and equal ones do not differ',
    (base, other) => {
      const [a, b] = [BODIES[base], BODIES[other]];
      const isTable = [base, other].filter((name) => name.startsWith('objects')).length === 1;
      for (let seed = 1; seed <= 3; seed += 1) {
        const found = bodiesInTurns([a!.body, b!.body], seed);
        const difference = compareRepeats(found[0] ?? [], found[1] ?? [], found) as CellDifference;
        // Where only one has a table, its 8 bytes and what it has room for belong to the difference.
        const truths = isTable
          ? [8, 16].map((table) => b!.keeps - a!.keeps + (other.startsWith('objects') ? table : -table))
          : [b!.keeps - a!.keeps];
        const inside = isTable
          ? difference.bytes.low <= Math.max(...truths) && difference.bytes.high >= Math.min(...truths)
          : covers(difference.bytes, truths[0] ?? NaN);
        expect(inside).toBe(true);
        expect(difference.bytes.certainty === 'differs').toBe(a!.keeps !== b!.keeps);
        if (a === b) expect(difference.slots.certainty).toBe('same');
      }
    },
  );
});
