import type { CellRecord, RunRecord } from '../../../domain/run/record.ts';
import { orderedCells } from '../../../domain/run/ordered-cells.ts';

/**
 * Finds the cell that a leak is best seen against: the same ruby with another setting, another version of a gem or
 * another script, clean if there is one; otherwise a clean release. It is the one that was observed for this leak, if any was
 * yet (older records do not say for which leaks a cell was observed).
 */
export function partnerOf(run: RunRecord, cell: CellRecord): CellRecord | null {
  const others = orderedCells(run).filter((one) => one.id !== cell.id && one.outcome === 'measured');
  const observed = others.filter(({ explanation }) => explanation?.role === 'comparison');
  const chosen = observed.find(({ explanation }) => explanation?.comparedWith?.includes(cell.id));
  if (chosen !== undefined) return chosen;
  const same = others.filter(({ ruby }) => ruby === cell.ruby);
  const clean = same.find(({ verdict }) => verdict === 'clean');
  return (
    observed.find(({ ruby }) => ruby === cell.ruby) ??
    clean ??
    observed[0] ??
    same.find(({ verdict, explanation }) => verdict === 'leak' && explanation?.role === 'leak') ??
    null
  );
}
