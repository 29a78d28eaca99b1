import { describe, expect, test } from 'vitest';
import { attributeGrowth } from '../../../../src/analysis/loops/attribute.ts';
import { judgeStretch } from '../../../../src/analysis/loops/judge-stretch.ts';
import {
  describeLoops,
  worstLoop,
  type StretchFinding,
} from '../../../../src/analysis/loops/loop-records.ts';
import { POLICY } from '../../../../src/analysis/policy.ts';
import type { Sample } from '../../../../src/domain/measurement/sample.ts';
import { aLoop } from '../../script/a-loop.ts';
import { nested } from './nested.ts';

const LOOPS = [
  aLoop({ line: 2, endLine: 5 }),
  aLoop({ line: 4, around: [0] }),
  aLoop({ line: 9, method: 'unused' }),
];
const WHERE = { memoryBytes: 512 * 2 ** 20, ended: { kind: 'script', text: 'the script ended' } } as const;

function findingOf(samples: readonly Sample[], more: Partial<StretchFinding> = {}): StretchFinding {
  const result = judgeStretch(samples, 0, [0, 1], WHERE, POLICY);
  const leak = result?.verdict.kind === 'leak' ? result.verdict : null;
  return {
    stretch: { id: 0, site: 0, context: { method: '', line: '', rounds: '' }, ended: null },
    samples,
    result,
    sources: leak === null ? [] : attributeGrowth(samples, [0, 1], leak, result?.by ?? 0),
    message: null,
    ...more,
  };
}

const recordsOf = (...findings: StretchFinding[]) => describeLoops(LOOPS, findings, () => 0);

describe('every loop has a record in its own unit', () => {
  test('the outer loop keeps one object: it leaks, the inner one is clean', () => {
    const described = recordsOf(findingOf(nested({ inner: 200, outerKeeps: 1, innerKeeps: 0 })));
    const [outer, inner, unused] = described.map(({ record }) => record);
    expect(outer).toMatchObject({ line: 2, verdict: 'leak', cause: 'objects', unit: 'iteration of line 2' });
    expect(outer?.growth?.liveSlots.perIteration).toBeCloseTo(1, 1);
    expect(outer?.growth?.malloc.perIteration).toBeCloseTo(40, 0);
    expect(inner).toMatchObject({ line: 4, verdict: 'clean', cause: null });
    expect(inner?.growth?.malloc.perIteration).toBe(0);
    expect(unused).toMatchObject({ line: 9, verdict: null, message: 'never ran', iterations: 0 });
    expect(worstLoop(described)?.record.line).toBe(2);
  });

  test('the inner loop keeps one object', () => {
    const described = recordsOf(findingOf(nested({ inner: 200, outerKeeps: 0, innerKeeps: 1 })));
    const [outer, inner] = described.map(({ record }) => record);
    expect([outer?.verdict, inner?.verdict]).toEqual(['clean', 'leak']);
    expect(inner?.growth?.liveSlots.perIteration).toBeCloseTo(1, 2);
  });

  test('nothing is kept: both are clean, each with the bound of its own iteration', () => {
    const described = recordsOf(findingOf(nested({ inner: 200, outerKeeps: 0, innerKeeps: 0 })));
    const [outer, inner] = described.map(({ record }) => record);
    expect([outer?.verdict, inner?.verdict]).toEqual(['clean', 'clean']);
    // No object per outer iteration could have been missed.
    expect(outer?.smallestDetectable).toBeLessThan(20);
    expect(outer?.smallestDetectable).toBeGreaterThanOrEqual(inner?.smallestDetectable ?? 0);
    expect(worstLoop(described)?.record.line).toBe(4);
  });
});

const at = (method: string, id: number) => ({
  stretch: { id, site: 0, context: { method, line: '', rounds: '' }, ended: 'end' as const },
});

test('the same loop in two contexts is reported twice, by their names', () => {
  const samples = nested({ inner: 200, outerKeeps: 1, innerKeeps: 0 });
  const quiet = nested({ inner: 200, outerKeeps: 0, innerKeeps: 0 });
  const described = recordsOf(findingOf(samples, at('test_a', 0)), findingOf(quiet, at('test_b', 1)));
  const told = described.map(({ record }) => [record.line, record.context, record.verdict]);
  expect(told).toEqual([
    [2, 'test_a', 'leak'],
    [2, 'test_b', 'clean'],
    [4, 'test_a', 'clean'],
    [4, 'test_b', 'clean'],
    [9, null, null],
  ]);
});

test('a loop that was too short says so and has no verdict', () => {
  const finding = findingOf(nested({ inner: 3, outerKeeps: 0, innerKeeps: 0, checkpoints: 2 }), {
    result: null,
    message: 'ran 3 times: too few to judge',
  });
  const [outer] = recordsOf(finding);
  expect(outer?.record).toMatchObject({ verdict: null, message: 'ran 3 times: too few to judge' });
});
