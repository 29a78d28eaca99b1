import { expect, it } from 'vitest';
import { scriptTrace } from '../../../../src/engine/measure/script-trace.ts';

type Survey = Parameters<typeof scriptTrace>[0];
const LINES = [3, 7];
const loops = LINES.map((line) => ({ line })) as unknown as Parameters<typeof scriptTrace>[1];
const stretch = (id: number, site: number, method = '') => ({
  stretch: { id, site, context: { method, line: '', rounds: '' }, ended: 'end' },
});
const survey = (...stretches: readonly unknown[]): Survey =>
  ({
    stretches,
    trace: { samples: [], histograms: [{ iterations: 1, sizes: [], stretch: 0 }] },
  }) as unknown as Survey;

it('names the loops of a script in the order in which they ran, with what tells them apart', () => {
  const [found, ...more] = scriptTrace(
    survey(stretch(0, 1, 'test_a'), stretch(1, 0), stretch(2, 1, 'test_b')),
    loops,
  );
  expect(found?.bands).toEqual([
    { stretch: 0, line: 7, context: 'test_a' },
    { stretch: 1, line: 3, context: null },
    { stretch: 2, line: 7, context: 'test_b' },
  ]);
  expect([found?.pass, found?.trace.histograms, more]).toEqual(['script', [], []]);
});

it('is not there for a single loop: its own trace shows the same', () => {
  expect(scriptTrace(survey(stretch(0, 1)), loops)).toEqual([]);
});
