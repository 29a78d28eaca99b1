import type { CellId } from '../domain/cell-id.ts';
import type { FailureKind } from '../domain/outcome.ts';
import type { CellRecord, LoopRecord } from '../domain/record.ts';
import type { Cause, Slope } from '../domain/verdict.ts';
import { boundOf, weakestBound, type Bound } from './bound.ts';
import { inOrder } from './ordered-cells.ts';

/** Two leaks are told as one when their rates differ by no more than either of these. */
const SAME_RATE = { share: 0.1, bytes: 2 };
/** Or by no more than this where their intervals meet: beside a table that doubles, rates are vague. */
const SAME_VAGUE_RATE = 0.3;

/** Cells of which the same can be said. */
export type Group =
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

/** Groups of a run's cells: leaks by cause and rate, clean, inconclusive, not measured by reason; in listed order. */
export function groupCells(cells: readonly CellRecord[], listed: readonly string[]): readonly Group[] {
  const ordered = inOrder(cells, listed);
  const measured = ordered.filter((cell) => cell.outcome === 'measured');
  const clean = measured.filter((cell) => cell.verdict === 'clean');
  const inconclusive = measured.filter((cell) => cell.verdict === 'inconclusive');
  const unmeasured = ordered.filter((cell) => cell.outcome !== 'measured' || cell.verdict === null);
  const groups: Group[] = leakClusters(measured.filter((cell) => cell.verdict === 'leak')).map(leakGroup);
  if (clean.length > 0)
    groups.push({ kind: 'clean', cells: idsOf(clean), bound: weakestBound(clean.map(boundOf)) });
  if (inconclusive.length > 0) groups.push({ kind: 'inconclusive', cells: idsOf(inconclusive) });
  for (const [failure, failed] of Map.groupBy(unmeasured, failureOf)) {
    groups.push({ kind: 'unmeasured', failure, cells: idsOf(failed) });
  }
  return groups;
}

/** What a cell and a loop of it have in common. */
export type Judged = Pick<LoopRecord, 'cause' | 'growth'>;

/**
 * The slope that a leak is reported with: live bytes, or resident bytes where the growth never passed through malloc.
 */
export function reportedSlope({ cause, growth }: Judged): Slope | null {
  if (growth === null) return null;
  if (cause !== 'outside-malloc') return growth.malloc;
  return growth.rss ?? growth.pss ?? growth.malloc;
}

/** Leaks of one cause and nearly one rate, together: one statement holds for all of them. */
export function leakClusters<T extends Judged>(leaks: readonly T[]): readonly (readonly T[])[] {
  const clusters: T[][] = [];
  for (const leak of leaks) {
    const home = clusters.find((cluster) => cluster.every((other) => sameLeak(other, leak)));
    if (home === undefined) clusters.push([leak]);
    else home.push(leak);
  }
  return clusters;
}

function sameLeak(a: Judged, b: Judged): boolean {
  const [slopeA, slopeB] = [reportedSlope(a), reportedSlope(b)];
  if (a.cause !== b.cause) return false;
  if (slopeA === null || slopeB === null) return slopeA === slopeB;
  const [rateA, rateB] = [slopeA.perIteration, slopeB.perIteration];
  const meet = slopeA.low <= slopeB.high && slopeB.low <= slopeA.high;
  const share = meet ? SAME_VAGUE_RATE : SAME_RATE.share;
  const allowed = Math.max(SAME_RATE.bytes, share * Math.max(Math.abs(rateA), Math.abs(rateB)));
  return Math.abs(rateA - rateB) <= allowed;
}

function leakGroup(cluster: readonly CellRecord[]): Group {
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
