import { compareRun } from '../../analysis/compare/compare-run.ts';
import { assessed } from '../../domain/bisect/bisect.ts';
import type { CellId } from '../../domain/cell/cell-id.ts';
import type { CellRecord, RunRecord } from '../../domain/run/record.ts';
import type { DescribeResult } from '../ports.ts';

const named = (cells: readonly CellRecord[], wanted: (cell: CellRecord) => boolean): readonly CellId[] =>
  cells.filter((cell) => cell.state === 'done' && wanted(cell)).map((cell) => cell.id);

/** Recomputes the lists and the sentence of a record from its cells. */
export function summarised(run: RunRecord, describeResult: DescribeResult): RunRecord {
  const done = run.cells.filter((cell) => cell.state === 'done');
  const bisect = run.bisect === null ? null : assessed(run.bisect, run.cells);
  return {
    ...run,
    leaking: named(run.cells, (cell) => cell.verdict === 'leak'),
    clean: named(run.cells, (cell) => cell.verdict === 'clean'),
    inconclusive: named(run.cells, (cell) => cell.verdict === 'inconclusive'),
    unmeasured: named(run.cells, (cell) => cell.verdict === null),
    bisect,
    // A search never compares cells in turns.
    comparison: run.bisect === null ? compareRun(run) : [],
    sentence: done.length === 0 ? null : describeResult(done, run.listed, bisect),
    notes: [...new Set([...run.notes, ...done.flatMap(sandboxNotes)])],
  };
}

export const withCell = (run: RunRecord, cell: CellRecord): RunRecord => ({
  ...run,
  cells: run.cells.map((one) => (one.id === cell.id ? cell : one)),
});

/** Notes which figures are missing under a sandbox with a kernel of its own. */
function sandboxNotes({ environment, growth }: CellRecord): readonly string[] {
  const runtime = environment?.runtime ?? null;
  if (runtime === null || growth === null || growth.rss === null || growth.pss !== null) return [];
  return [`Measured under ${runtime}, which has no proportional set size (PSS): that figure is left out.`];
}
