import { describe, expect, it } from 'vitest';
import type { CellRecord } from '../../../../src/domain/run/record.ts';
import { sentenceOf } from '../../../../src/report/summary/sentence.ts';
import { failed, inconclusive, LISTED, series, slope } from '../records.ts';
import { cleanLoop, leaking, openLoop, THREE_LOOPS, unjudged, withLoops } from './loops.ts';

const at = (context: string) => ({ context });
const tell = (...cells: readonly CellRecord[]): string => sentenceOf(cells, LISTED);

describe('the sentence about several loops', () => {
  it('says of each loop on which rubies it leaks', () => {
    expect(tell(withLoops('2.3.6', cleanLoop(2), leaking(4), cleanLoop(6)))).toBe(
      'line 4 leaks 64 bytes per iteration (native) on 2.3.6; lines 2 and 6 are clean.',
    );
    expect(sentenceOf(THREE_LOOPS.cells, THREE_LOOPS.listed)).toBe(
      'line 4 leaks 64 bytes per iteration (native) on 2.7.4 and is clean on 3.1.2 and 3.3.8; ' +
        'line 2 keeps 1 object (about 90 bytes) per iteration on every ruby; line 6 is clean; line 9 never ran.',
    );
  });

  it('names the rubies once, in ranges', () => {
    const leaks = series('2.3', 8).map((ruby) => withLoops(ruby, leaking(4), leaking(7, 32), cleanLoop(9)));
    const others = series('2.4', 4).map((ruby) =>
      withLoops(ruby, cleanLoop(4), leaking(7, 32), cleanLoop(9)),
    );
    expect(tell(...leaks, ...others)).toBe(
      'line 4 leaks 64 bytes per iteration (native) on 2.3.0–2.3.8 and is clean on 2.4.0–2.4.4; ' +
        'line 7 leaks 32 bytes per iteration (native) on every ruby; line 9 is clean.',
    );
    expect(tell(...leaks)).toBe(
      'line 4 leaks 64 bytes per iteration (native) on 2.3.0–2.3.8; ' +
        'line 7 leaks 32 bytes per iteration (native) on every ruby; line 9 is clean.',
    );
  });

  it('tells loops that leak alike together, and those of another rate apart', () => {
    expect(tell(withLoops('2.3.6', leaking(2), leaking(4), leaking(8, 128)))).toBe(
      'lines 2 and 4 leak 64 bytes per iteration (native) on 2.3.6; ' +
        'line 8 leaks 128 bytes per iteration (native).',
    );
    expect(
      tell(
        withLoops('2.3.6', leaking(2), cleanLoop(4)),
        withLoops('2.4.3', leaking(2, 128), cleanLoop(4)),
        withLoops('2.5.0', openLoop(2), cleanLoop(4)),
      ),
    ).toBe(
      'line 2 leaks 64 bytes per iteration (native) on 2.3.6, leaks 128 bytes per iteration (native) on 2.4.3 ' +
        'and is inconclusive on 2.5.0; line 4 is clean.',
    );
  });

  it('says what was shown when every loop is clean', () => {
    const cells = ['2.3.6', '2.4.3'].map((ruby) =>
      withLoops(ruby, cleanLoop(2), cleanLoop(4, { smallestDetectable: 0.61 })),
    );
    expect(tell(...cells)).toBe(
      'No leak: lines 2 and 4 show no growth above 0.7 bytes per iteration on 2.3.6 and 2.4.3.',
    );
  });

  it.each([
    ['never ran', [cleanLoop(2), unjudged(9, 0)], '; line 9 never ran.'],
    ['ran three times', [cleanLoop(2), unjudged(12, 3)], '; line 12 ran 3 times: too few to judge.'],
    ['ran once', [cleanLoop(2), unjudged(12, 1)], '; line 12 ran once: too few to judge.'],
    ['says why itself', [cleanLoop(2), unjudged(5, 0, 'it never ran.')], '; line 5 never ran.'],
    [
      'was not counted',
      [cleanLoop(2), unjudged(5, 0, 'more than 500 loops')],
      '; line 5 was not judged (more than 500 loops).',
    ],
    ['is open', [cleanLoop(2), openLoop(4)], 'line 4 is inconclusive on 2.3.6; '],
  ] as const)('never says "no leak" while a loop %s', (_, loops, part) => {
    const sentence = tell(withLoops('2.3.6', ...loops));
    expect(sentence).toContain(part);
    expect(sentence).toContain('line 2 shows no growth above 0.4 bytes per iteration');
    expect(sentence).not.toMatch(/no leak/i);
  });

  it('names the only loop when it was not judged', () => {
    expect(tell(withLoops('2.3.6', unjudged(3, 0)))).toBe(
      'line 3 never ran on 2.3.6; 2.3.6 shows no growth above 0.4 bytes per iteration.',
    );
  });

  it('names rubies that were not measured, and what no loop tells', () => {
    const measured = withLoops('2.3.6', leaking(2), cleanLoop(4));
    const other = withLoops('2.4.3', leaking(2), leaking(4));
    const error = failed('2.4.10', { outcome: 'script-error', loops: [unjudged(2, 0), unjudged(4, 0)] });
    expect(tell(measured, other, error, failed('2.5.9'))).toBe(
      'line 4 leaks 64 bytes per iteration (native) on 2.4.3 and is clean on 2.3.6; ' +
        'line 2 leaks 64 bytes per iteration (native) on every ruby that was measured; ' +
        '2.4.10 was not measured (script error); 2.5.9 was not measured (image unavailable).',
    );
    const doubtful = { ...inconclusive('2.5.0'), loops: [cleanLoop(2), cleanLoop(4)] };
    expect(tell(doubtful)).toBe(
      'lines 2 and 4 show no growth above 0.4 bytes per iteration on 2.5.0; 2.5.0 is inconclusive.',
    );
  });

  it('tells contexts, rounds of a table, several loops of a line, and the body', () => {
    expect(
      tell(
        withLoops(
          '2.3.6',
          leaking(5, 64, 'native', 0, at('test_trace_points')),
          cleanLoop(5, at('test_strings')),
          cleanLoop(9, at('test_strings')),
        ),
      ),
    ).toBe(
      'line 5 in test_trace_points leaks 64 bytes per iteration (native) on 2.3.6; ' +
        'lines 5 and 9 in test_strings are clean.',
    );
    expect(
      tell(
        withLoops(
          '2.3.6',
          leaking(3),
          cleanLoop(4, at('round 1')),
          cleanLoop(4, at('round 2')),
          cleanLoop(7),
        ),
      ),
    ).toContain('; line 4 in round 1 and round 2 and line 7 are clean.');
    expect(tell(withLoops('2.3.6', leaking(3), cleanLoop(3, { kind: 'while' }), cleanLoop(4)))).toBe(
      'line 3 (1st loop) leaks 64 bytes per iteration (native) on 2.3.6; lines 3 (2nd loop) and 4 are clean.',
    );
    expect(
      tell(
        withLoops(
          '2.3.6',
          leaking(1, 64, 'native', 0, { kind: 'body', unit: 'run of the script' }),
          cleanLoop(4),
        ),
      ),
    ).toBe('the script’s body leaks 64 bytes per run of the script (native) on 2.3.6; line 4 is clean.');
  });

  it('counts loops that are too many to be named', () => {
    const many = Array.from({ length: 5000 }, (_, index) => cleanLoop(index + 10));
    expect(tell(withLoops('2.3.6', leaking(4), ...many))).toBe(
      'line 4 leaks 64 bytes per iteration (native) on 2.3.6; ' +
        'lines 10, 11, 12, 13, 14 and 15 and 4,994 more loops are clean.',
    );
  });

  it('tells the bound of slow bodies per hour as well', () => {
    const slow = { smallestDetectable: 2000, microsecondsPerIteration: 300_000 };
    expect(tell(withLoops('2.3.6', cleanLoop(2, slow), cleanLoop(4, slow)))).toBe(
      'No leak: lines 2 and 4 show no growth above 2 KB per iteration ' +
        '(24 MB per hour of looping as measured) on 2.3.6.',
    );
  });
});

const vague = (line: number, bytes: number) => {
  const loop = leaking(line, bytes, 'objects', 1);
  return { ...loop, growth: { ...loop.growth!, malloc: slope(bytes, 18) } };
};

describe('rates beside a table that doubles', () => {
  it('are one leak where their intervals meet, and told after what some rubies do not do', () => {
    expect(
      tell(
        withLoops('2.3.6', vague(2, 116), leaking(4)),
        withLoops('2.4.3', vague(2, 121), cleanLoop(4)),
        withLoops('2.5.0', vague(2, 96), cleanLoop(4)),
      ),
    ).toBe(
      'line 4 leaks 64 bytes per iteration (native) on 2.3.6 and is clean on 2.4.3 and 2.5.0; ' +
        'line 2 keeps 1 object (about 116 bytes) per iteration on every ruby.',
    );
  });
});
