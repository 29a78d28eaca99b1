import { expect, test } from 'vitest';
import type { LoopRecord } from '../../../../src/domain/run/record.ts';
import { focusOn } from '../../../../src/engine/explain/focus.ts';
import { unjudged } from '../../report/loops/loops.ts';
import { aLoop } from '../../script/a-loop.ts';

const record = (
  line: number,
  verdict: LoopRecord['verdict'],
  more: Partial<LoopRecord> = {},
): LoopRecord => ({ ...unjudged(line, 1_000), endLine: line, verdict, ...more });
const ANY = { method: '', line: '', rounds: '' };
const NEST = [aLoop({ line: 7 }), aLoop({ line: 7, around: [0] })];

test('of two loops in one line the one that leaks is the unit, looked at between iterations of the outer one', () => {
  const inner = focusOn(NEST, [record(7, 'clean'), record(7, 'leak')]);
  expect(inner).toEqual({ focus: { site: 0, context: ANY }, setUp: null, unit: 1 });
  const outer = focusOn(NEST, [record(7, 'leak'), record(7, 'clean')]);
  expect(outer).toEqual({ focus: { site: 0, context: ANY }, setUp: null, unit: 0 });
});

test('a loop that builds something for later lines is looked at where all of it is built again', () => {
  const setUp = aLoop({ line: 1, kind: 'set-up', role: 'collecting' });
  const found = focusOn([setUp, aLoop({ line: 2, around: [0] })], [record(2, 'leak')]);
  expect(found).toEqual({ focus: { site: 1, context: ANY }, setUp: { site: 0, context: ANY }, unit: 1 });
});

test('a loop of a test is looked at in that test', () => {
  const { focus, unit } = focusOn(
    [aLoop({ line: 5, method: 'grow' })],
    [record(5, 'clean', { context: 'test_strings' }), record(5, 'leak', { context: 'test_trace_points' })],
  );
  expect([unit, focus.context.method]).toEqual([0, 'test_trace_points']);
});

test('without records it is the last loop that can be judged', () => {
  expect(focusOn(NEST, []).unit).toBe(1);
});
