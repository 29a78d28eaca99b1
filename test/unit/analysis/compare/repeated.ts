import type { Repeat } from '../../../../src/domain/measurement/repeats.ts';
import type { CellRecord, LoopRecord } from '../../../../src/domain/run/record.ts';
import { slope } from '../../report/records.ts';

/** Makes a loop that was judged. */
export const loop = (line: number, change: Partial<LoopRecord> = {}): LoopRecord => ({
  line,
  endLine: line + 2,
  kind: 'times',
  context: null,
  iterations: 64_000,
  verdict: 'clean',
  cause: null,
  growth: null,
  smallestDetectable: 0.4,
  microsecondsPerIteration: 10,
  code: 'clean-flat',
  message: null,
  unit: `iteration of line ${line}`,
  ...change,
});

const repeat = (bytes: number, microseconds: number, residentBytes: number): Repeat => ({
  iterations: 20_000,
  bytes: slope(bytes, 0.01),
  tableBytes: 0,
  slots: slope(0, 0.001, 'slots'),
  slotBytes: 0,
  blocks: 0,
  microseconds,
  residentBytes,
});

/** What a cell shows in each of its turns. */
interface Shown {
  readonly microseconds?: number;
  readonly residentBytes?: number;
  readonly line?: number;
}

/** Makes a cell whose containers have run in turns and hardly vary. */
export const repeated = (
  cell: CellRecord,
  bytes: number,
  { microseconds = 10, residentBytes = 30e6, line = 2 }: Shown = {},
): CellRecord => ({
  ...cell,
  loops: [loop(line)],
  repeats: {
    loop: { line, kind: 'times', context: null },
    measured: [-1, 0, 1, 0].map((off) =>
      repeat(bytes + off * 0.002, microseconds * (1 + off / 200), residentBytes + off * 1e5),
    ),
  },
});
