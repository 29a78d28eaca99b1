import { isAt } from '../../domain/loops/loop-place.ts';
import type { Settings } from '../../domain/cell/settings.ts';
import { comparisonGroups, takesTurns, type ComparisonGroup } from '../../domain/run/comparison-groups.ts';
import type { CellRecord, ComparedCell, RunRecord } from '../../domain/run/record.ts';
import { compareRepeats } from './compare-repeats.ts';
import { comparedLoops, sameLoops } from './common-loop.ts';

/**
 * Compares every cell of a run with its base.
 * @param chosen settings of another base, if one was chosen
 */
export const compareRun = (
  run: Pick<RunRecord, 'cells' | 'options' | 'variants'>,
  chosen: Settings | null = null,
): readonly ComparedCell[] => comparisonGroups(run, chosen).filter(takesTurns).flatMap(compareGroup);

function compareGroup({ base, others }: ComparisonGroup): readonly ComparedCell[] {
  const group = [base, ...others].map(({ repeats }) => repeats?.measured ?? []);
  const [own = []] = group;
  return others.flatMap((cell, index): readonly ComparedCell[] => {
    if (cell.state !== 'done' || base.state !== 'done') return [];
    const loop = base.repeats?.loop ?? null;
    const ids = { base: base.id, cell: cell.id, loop };
    const isPending = base.repeats === null && comparedLoops(base, [cell]).length > 1;
    if (isPending) return [];
    const reason = whyNot(base, cell);
    if (reason !== null) return [{ ...ids, difference: null, reason }];
    const difference = compareRepeats(own, group[index + 1] ?? [], group);
    return [{ ...ids, difference, reason: difference === null ? NOT_REPEATED : null }];
  });
}

const NOT_REPEATED = 'its containers could not be run again in turns';

/** Explains why two cells can't be compared; null where they can. */
function whyNot(base: CellRecord, cell: CellRecord): string | null {
  if (base.outcome !== 'measured') return 'what it is compared with was not measured';
  if (cell.outcome !== 'measured') return 'it was not measured';
  if (base.repeats === null || cell.repeats === null) return otherUnit(base, cell);
  const [mine, theirs] = [base.repeats.loop, cell.repeats.loop];
  const same = sameLoops(base, cell).some((pair) => isAt(pair.base, mine) && isAt(pair.other, theirs));
  return same ? null : otherUnit(base, cell);
}

/** Explains that the two cells count growth by different units. */
export function otherUnit(base: CellRecord, cell: CellRecord): string {
  const [mine, theirs] = [base, cell].map(({ loops }) => [...new Set(loops.map(({ unit }) => unit))]);
  return `growth is counted by other things in each: by ${listOf(theirs)}, and, in what it is compared with, by ${listOf(mine)}`;
}

const listOf = (units: readonly string[] = []): string =>
  units.length === 0 ? 'nothing' : units.slice(0, 4).join(', ');
