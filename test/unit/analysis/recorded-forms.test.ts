import { describe, expect, test } from 'vitest';
import { confirmingPolicy, confirmLeak, hasEnded } from '../../../src/analysis/confirm.ts';
import type { Ended } from '../../../src/analysis/ended.ts';
import { judge } from '../../../src/analysis/judge.ts';
import type { Verdict } from '../../../src/domain/measurement/verdict.ts';
import { recorded } from './recorded.ts';
import { replay } from './families/simulated.ts';

const BUDGET: Ended = { kind: 'budget', text: 'the budget of 8 seconds ended' };
const MEMORY: Ended = { kind: 'memory', text: 'the memory limit of 512 MiB was reached' };

/**
 * Judges as the engine does: a leak is judged again, further out. One recording serves as both containers.
 */
function twice(name: string, ended = BUDGET): { readonly verdict: Verdict; readonly confirmed: boolean } {
  const { samples } = recorded(name);
  const first = replay(samples, ended);
  if (first.verdict.kind !== 'leak') return { verdict: first.verdict, confirmed: false };
  const second = replay(samples, ended, confirmingPolicy(first));
  const verdict = confirmLeak(first.verdict, second.verdict, hasEnded(first.samples, second.samples));
  return { verdict, confirmed: verdict.kind === 'leak' };
}

const evidenceOf = (verdict: Verdict): string => ('evidence' in verdict ? verdict.evidence : verdict.reason);

/** Script and ruby, and the iteration from which on it was full, at least and at most. */
test.each([
  ['cache_full_at_300_000.2.7.4', 280_000, 330_000],
  ['cache_full_at_300_000.3.3.8', 280_000, 330_000],
  ['ring_250_000.3.3.8', 230_000, 290_000],
  ['cache_random_keys.2.7.4', 500_000, 1_200_000],
] as const)('%s filled up: clean, and said from when on', (name, least, most) => {
  expect(replay(recorded(name).samples, BUDGET).verdict.kind).toBe('leak');
  const { verdict } = twice(name);
  expect(verdict.kind).toBe('clean');
  const { fullFrom } = verdict as Extract<Verdict, { kind: 'clean' }>;
  expect(fullFrom).toBeGreaterThan(least);
  expect(fullFrom).toBeLessThan(most);
  expect(evidenceOf(verdict)).toMatch(/; full from about iteration [\d,]+,000 on/);
});

test.each([
  ['sqrt_objects.3.3.8', 0.2, 0.4],
  ['sqrt_plain.2.7.4', 0.03, 0.08],
] as const)('%s grows ever slower: no clean bill, and the slope that was seen', (name, least, most) => {
  const { verdict, confirmed } = twice(name);
  expect(verdict).toMatchObject({ kind: 'leak', shape: 'slowing', cause: 'objects' });
  expect(confirmed).toBe(true);
  const { perIteration } = verdict.growth!.malloc;
  expect(perIteration).toBeGreaterThan(least);
  expect(perIteration).toBeLessThan(most);
  expect(evidenceOf(verdict)).toMatch(/ever slower.*falling/);
});

test('log_growth.2.7.4 gains as much in each octave: its twin is clean', () =>
  expect(twice('log_growth.2.7.4').verdict.kind).toBe('clean'));

describe('few iterations', () => {
  test('one slot after each of them is a leak', () => {
    const { verdict, confirmed } = twice('slow_20ms_exact.2.7.4');
    expect(verdict).toMatchObject({ kind: 'leak', cause: 'objects' });
    expect(verdict.growth!.liveSlots.perIteration).toBeCloseTo(1, 1);
    expect(confirmed).toBe(true);
  });

  test.each(['slow_clean.2.7.4', 'buffers_20mb.3.3.8'])('%s is clean, per hour as well', (name) => {
    const { verdict } = twice(name);
    expect(verdict.kind).toBe('clean');
    expect(evidenceOf(verdict)).toMatch(
      /^no growth above [\d.]+ bytes per iteration \([\d.]+ MB in an hour of looping\)/,
    );
  });
});

test.each(['two_objects_beside_a_table.3.3.8'])(
  '%s: the weight of an entry, whatever its table does',
  (name) => {
    const { verdict } = twice(name);
    expect(verdict).toMatchObject({ kind: 'leak', cause: 'objects' });
    const { perIteration, low, high } = verdict.growth!.malloc;
    expect(Math.abs(perIteration - 80) / 80).toBeLessThan(0.03);
    expect((high - low) / 2 / perIteration).toBeLessThan(0.1);
    expect(verdict.growth!.liveSlots.perIteration).toBeCloseTo(2, 2);
    expect(evidenceOf(verdict)).toMatch(/beside a table that grows in steps/);
  },
);

test.each(['oom_fast.2.7.4', 'oom_objects.3.3.8'])('%s ran out of memory: judged by what there was', (name) =>
  expect(twice(name, MEMORY)).toMatchObject({ verdict: { kind: 'leak' }, confirmed: true }),
);

describe('on a machine that was busy with other things', () => {
  // Three cells and two endless loops shared two processors: half a second was spent at 34 checkpoints, and 9 ms in the loop.
  const first = recorded('neg_slow_warmup_20000_busy.3.1.2').samples;
  const second = recorded('neg_slow_warmup_20000_busy_again.3.1.2').samples;
  const going = { memoryBytes: 512 * 2 ** 20, ended: null };

  test('a warm-up of a few milliseconds is not called a leak', () => {
    for (let i = 1; i <= first.length; i++) expect(judge(first.slice(0, i), going)).toBeNull();
  });

  test('where the next reading is beyond the warm-up, it is known to have ended', () => {
    expect(hasEnded(first, second)).toBe(true);
    // Level from the start on: it did not gain what the first container gained.
    expect(hasEnded(first, second.slice(2))).toBe(false);
    // It did not get further than the first.
    expect(hasEnded(second, first)).toBe(false);
  });
});
