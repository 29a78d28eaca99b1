import type { CellRecord, LoopRecord } from '../../../../src/domain/run/record.ts';
import type { Cause } from '../../../../src/domain/measurement/verdict.ts';
import { clean, inconclusive, leak, record } from '../records.ts';

const BLANK: LoopRecord = {
  line: 0,
  endLine: 0,
  kind: 'times',
  context: null,
  iterations: 40_000,
  verdict: null,
  cause: null,
  growth: null,
  smallestDetectable: null,
  microsecondsPerIteration: 24.9,
  code: null,
  message: null,
  unit: '',
};

/** Selects the fields that cells and loops share. */
function judgementOf({ verdict, cause, growth, smallestDetectable, code, message }: CellRecord | LoopRecord) {
  return { verdict, cause, growth, smallestDetectable, code, message };
}

/** Makes a loop at this line from what a cell showed. */
function of(line: number, cell: CellRecord, change: Partial<LoopRecord>): LoopRecord {
  const named = { line, endLine: line + 1, unit: `iteration of line ${line}` };
  return { ...BLANK, ...named, ...judgementOf(cell), ...change };
}

export const leaking = (
  line: number,
  bytes = 64,
  cause: Cause = 'native',
  slots = 0,
  change: Partial<LoopRecord> = {},
): LoopRecord => of(line, leak('', bytes, cause, slots), change);

export const cleanLoop = (line: number, change: Partial<LoopRecord> = {}): LoopRecord =>
  of(line, clean(''), change);

export const openLoop = (line: number, change: Partial<LoopRecord> = {}): LoopRecord =>
  of(line, inconclusive(''), change);

export const unjudged = (line: number, iterations: number, message: string | null = null): LoopRecord => ({
  ...of(line, clean(''), {}),
  iterations,
  verdict: null,
  growth: null,
  smallestDetectable: null,
  microsecondsPerIteration: null,
  message,
});

/** Makes a ruby with these loops; its own verdict, cause and growth are those of the worst. */
export function withLoops(ruby: string, ...loops: readonly LoopRecord[]): CellRecord {
  const worst = (['leak', 'inconclusive', 'clean'] as const).flatMap((verdict) =>
    loops.filter((loop) => loop.verdict === verdict),
  )[0];
  const base = { ...clean(ruby), loops };
  if (worst === undefined) return base;
  const { iterations, microsecondsPerIteration, verdict } = worst;
  return {
    ...base,
    ...judgementOf(worst),
    iterations,
    microsecondsPerIteration,
    confirmed: verdict === 'leak',
  };
}

/** Three loops, of which the middle one leaks on 2.7.4 only. */
export const THREE_LOOPS = record(
  [
    withLoops('2.7.4', leaking(2, 90, 'objects', 1), leaking(4), cleanLoop(6), unjudged(9, 0)),
    withLoops('3.1.2', leaking(2, 90, 'objects', 1), cleanLoop(4), cleanLoop(6), unjudged(9, 0)),
    withLoops('3.3.8', leaking(2, 90, 'objects', 1), cleanLoop(4), cleanLoop(6), unjudged(9, 0)),
  ],
  {
    listed: ['2.7.4', '3.1.2', '3.3.8'],
    script: {
      name: 'two_of_three_loops.rb',
      sha256: '0'.repeat(64),
      text: [
        'kept = []',
        '1000.times { kept << Object.new }',
        '',
        '1000.times { leak_on_old_rubies }',
        '',
        '1000.times { "a" + "b" }',
        '',
        'if ARGV.any?',
        '  1000.times { never }',
        'end',
        '',
      ].join('\n'),
    },
  },
);
