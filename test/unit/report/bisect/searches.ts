import { assessed, cellsToMeasure } from '../../../../src/domain/bisect/bisect.ts';
import type { CellRecord, RunRecord } from '../../../../src/domain/run/record.ts';
import { cellNamed } from '../../domain/cell-named.ts';
import { LISTED, record } from '../records.ts';

const ids = (names: readonly string[]) => names.map((name) => cellNamed(name).id);

/** Makes the record of a search over the listed releases, of which these were measured. */
export function searched(
  cells: readonly CellRecord[],
  plan: {
    readonly unavailable?: readonly string[];
    readonly candidates?: readonly string[];
    readonly gem?: string;
  } = {},
): RunRecord {
  const { unavailable = [], candidates = LISTED, gem = null } = plan;
  const search = { gem, candidates: ids(candidates), unavailable: ids(unavailable), commits: null };
  const bisect = assessed(search, cells);
  const run = record(cells, { bisect });
  return { ...run, options: { ...run.options, bisect: true } };
}

/** Runs a search to its end, with these answers. */
export function foundBy(
  answer: (name: string) => CellRecord,
  plan: Parameters<typeof searched>[1] = {},
): RunRecord {
  let run = searched([], plan);
  for (;;) {
    const { bisect, cells } = run;
    const next = bisect === null ? [] : cellsToMeasure(bisect, cells, 1);
    if (next.length === 0) return run;
    run = searched([...cells, ...next.map(answer)], plan);
  }
}
