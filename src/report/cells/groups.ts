import type { CellId } from '../../domain/cell/cell-id.ts';
import type { FailureKind } from '../../domain/measurement/outcome.ts';
import type { CellRecord } from '../../domain/run/record.ts';
import type { Cause, Slope } from '../../domain/measurement/verdict.ts';
import { boundOf, weakestBound, type Bound } from './bound.ts';
import { inOrder } from '../../domain/run/ordered-cells.ts';
import { reportedSlope, leakClusters } from '../../domain/run/leak-groups.ts';

/** Cells with the same result. */
export type CellGroup =
  | {
      readonly kind: 'leak';
      readonly cause: Cause | null;
      readonly cells: readonly CellId[];
      /** The slope that is reported for each of them, in the order of `cells`. */
      readonly rates: readonly Slope[];
      /** Slots per iteration of each; empty unless objects leak. */
      readonly slots: readonly Slope[];
    }
  | { readonly kind: 'clean'; readonly cells: readonly CellId[]; readonly bound: Bound | null }
  | { readonly kind: 'inconclusive'; readonly cells: readonly CellId[] }
  | { readonly kind: 'unmeasured'; readonly failure: FailureKind | null; readonly cells: readonly CellId[] };

/**
 * Groups a run's cells: leaks by cause and rate, clean, inconclusive, not measured by reason; in listed
 * order.
 */
export function groupCells(cells: readonly CellRecord[], listed: readonly string[]): readonly CellGroup[] {
  const ordered = inOrder(cells, listed);
  const measured = ordered.filter((cell) => cell.outcome === 'measured');
  const clean = measured.filter((cell) => cell.verdict === 'clean');
  const inconclusive = measured.filter((cell) => cell.verdict === 'inconclusive');
  const unmeasured = ordered.filter((cell) => cell.outcome !== 'measured' || cell.verdict === null);
  const groups: CellGroup[] = leakClusters(measured.filter((cell) => cell.verdict === 'leak')).map(leakGroup);
  if (clean.length > 0)
    groups.push({ kind: 'clean', cells: idsOf(clean), bound: weakestBound(clean.map(boundOf)) });
  if (inconclusive.length > 0) groups.push({ kind: 'inconclusive', cells: idsOf(inconclusive) });
  for (const [failure, failed] of Map.groupBy(unmeasured, failureOf)) {
    groups.push({ kind: 'unmeasured', failure, cells: idsOf(failed) });
  }
  return groups;
}

function leakGroup(cluster: readonly CellRecord[]): CellGroup {
  const cause = cluster[0]?.cause ?? null;
  return {
    kind: 'leak',
    cause,
    cells: idsOf(cluster),
    rates: cluster.flatMap((cell) => reportedSlope(cell) ?? []),
    slots: cause === 'objects' ? cluster.flatMap((cell) => cell.growth?.liveSlots ?? []) : [],
  };
}

function failureOf(cell: CellRecord): FailureKind | null {
  return cell.outcome === 'measured' ? null : cell.outcome;
}

function idsOf(cells: readonly CellRecord[]): readonly CellId[] {
  return cells.map((cell) => cell.id);
}
