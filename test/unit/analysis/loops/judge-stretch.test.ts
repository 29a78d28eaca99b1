import { expect, test } from 'vitest';
import { judgeStretch } from '../../../../src/analysis/loops/judge-stretch.ts';
import { POLICY } from '../../../../src/analysis/policy.ts';
import { nested } from './nested.ts';

const RUNNING = { memoryBytes: 512 * 2 ** 20, ended: null } as const;
const ENDED = { ...RUNNING, ended: { kind: 'budget', text: 'the budget of 30 seconds ended' } } as const;

/** An object stays in every tenth outer iteration, of 1 ms, with 2,000 iterations inside. */
const everyTenth = nested({ inner: 2_000, outerKeeps: 0.1, innerKeeps: 0, looksInside: false });

test('an object in every tenth outer iteration is not clean, however little it is per inner one', () => {
  expect(judgeStretch(everyTenth, 0, [0, 1], RUNNING, POLICY)).toBeNull();
  expect(judgeStretch(everyTenth, 0, [0, 1], ENDED, POLICY)).toMatchObject({
    by: 0,
    verdict: {
      kind: 'inconclusive',
      reason: expect.stringMatching(/live slots: it grows, but by little so far/),
    },
  });
});

test('a few objects of a warm-up are waited for, and are clean when no more samples come', () => {
  const few = nested({ inner: 2_000, outerKeeps: 0.008, innerKeeps: 0, looksInside: false });
  expect(judgeStretch(few, 0, [0, 1], RUNNING, POLICY)).toBeNull();
  expect(judgeStretch(few, 0, [0, 1], ENDED, POLICY)).toMatchObject({ verdict: { kind: 'clean' } });
});

test('where neither keeps anything, both are clean', () => {
  const clean = nested({ inner: 2_000, outerKeeps: 0, innerKeeps: 0, looksInside: false });
  expect(judgeStretch(clean, 0, [0, 1], RUNNING, POLICY)).toMatchObject({
    by: 1,
    verdict: { kind: 'clean' },
  });
});
