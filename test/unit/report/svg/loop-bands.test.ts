import { expect, it } from 'vitest';
import type { StoredTrace } from '../../../../src/domain/measurement/sample.ts';
import { curves } from '../../../../src/report/svg/curves.ts';
import { loopSpans, loopsText } from '../../../../src/report/svg/loop-bands.ts';
import { LOOPS, samples, tracesOf } from '../../../web/traces.ts';

const inStretch = (stretch: number, fromMs: number) =>
  samples(0, 0, 3).map((one, index) => ({ ...one, stretch, afterMs: fromMs + index * 100 }));

const trace: StoredTrace = {
  cell: LOOPS.cells[0]!.id,
  ruby: '2.7.4',
  pass: 'script',
  samples: [...inStretch(4, 0), ...inStretch(7, 500), ...inStretch(9, 1000)],
  histograms: [],
  bands: [
    { stretch: 4, line: 2, context: null },
    { stretch: 7, line: 4, context: 'test_a' },
    { stretch: 8, line: 6, context: null },
    { stretch: 9, line: 6, context: null },
  ],
};

it('a loop lasts until the next one begins, and one without checkpoints is not there', () => {
  expect(loopSpans(trace)).toEqual([
    { name: 'line 2', from: 0, to: 0.5 },
    { name: 'line 4 in test_a', from: 0.5, to: 1 },
    { name: 'line 6', from: 1, to: 1.2 },
  ]);
  expect(loopsText(loopSpans(trace))).toBe(
    '; line 2 until 0.5 s, line 4 in test_a until 1 s, line 6 until 1.2 s',
  );
  expect([loopSpans(undefined), loopsText([])]).toEqual([[], '']);
});

it('the whole script is a series of its own, where several loops ran', () => {
  const drawn = curves(LOOPS, tracesOf(LOOPS)).toString();
  expect(drawn).toContain('id="axes-script"');
  expect(drawn).toMatch(
    /<g class="data plot-script"><path class="band" d="M0 0H\d+V1e3H0"><title>line 2<\/title>/,
  );
  expect(drawn).toMatch(/aria-label="2\.7\.4: .*; line 2 until/);
  const alone = curves(
    LOOPS,
    tracesOf(LOOPS).filter(({ pass }) => pass !== 'script'),
  ).toString();
  expect(alone).not.toContain('plot-script');
});
