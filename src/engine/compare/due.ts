import { comparedLoops } from '../../analysis/compare/common-loop.ts';
import { comparisonGroups, takesTurns } from '../../domain/run/comparison-groups.ts';
import type { CellId } from '../../domain/cell/cell-id.ts';
import type { RunRecord } from '../../domain/run/record.ts';

/** Cells whose containers are to run in turns, the base first. */
export type RepeatGroup = readonly CellId[];

/** Finds the comparisons of a run, whose cells are done, that have not been measured yet. */
export const dueRepeats = (run: RunRecord): readonly RepeatGroup[] =>
  comparisonGroups(run)
    .filter(takesTurns)
    .flatMap(({ base, others }) => {
      const cells = comparedLoops(base, others).map(({ cell }) => cell);
      const isDue = cells.length > 1 && cells.some(({ repeats }) => repeats === null);
      return isDue ? [cells.map(({ id }) => id)] : [];
    });
