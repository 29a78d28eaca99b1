import { compareRuns } from '../../analysis/compare/compare-runs.ts';
import type { CellRecord, RunRecord } from '../../domain/run/record.ts';
import { reportedSlope } from '../../domain/run/leak-groups.ts';
import { summaryOf } from '../../engine/service/archive/run-summary.ts';
import { runsView } from '../../report/comparison/runs-view.ts';

/** Makes the answer of `GET /runs/:id/compare/:other`. */
export function comparisonAnswer(base: RunRecord, other: RunRecord): object {
  const { isOneScript, cells, onlyInBase, onlyInOther } = compareRuns(base, other);
  return {
    base: summaryOf(base),
    other: summaryOf(other),
    sameScript: isOneScript,
    sentences: runsView(base, other).sentences,
    cells: cells.map((both) => ({ ...both, base: resultOf(both.base), other: resultOf(both.other) })),
    onlyInBase,
    onlyInOther,
  };
}

function resultOf(cell: CellRecord): object {
  const { state, outcome, verdict, cause, code } = cell;
  return { state, outcome, verdict, cause, code, growth: reportedSlope(cell) };
}
