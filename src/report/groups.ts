import type { FailureKind } from '../domain/outcome.ts';
import type { CellRecord } from '../domain/record.ts';
import type { Cause, Slope } from '../domain/verdict.ts';
import { inListedOrder } from './release-names.ts';

/** Two leaks are told as one when their rates differ by no more than either of these. */
const SAME_RATE = { share: 0.1, bytes: 2 };

/** Cells of which the same can be said. */
export type Group =
  | {
      readonly kind: 'leak';
      readonly cause: Cause | null;
      readonly rubies: readonly string[];
      /** The slope that is reported for each ruby, in the order of `rubies`. */
      readonly rates: readonly Slope[];
      /** Slots per iteration of each ruby; empty unless objects leak. */
      readonly slots: readonly Slope[];
    }
  | { readonly kind: 'clean'; readonly rubies: readonly string[]; readonly smallestDetectable: number | null }
  | { readonly kind: 'inconclusive'; readonly rubies: readonly string[] }
  | { readonly kind: 'unmeasured'; readonly failure: FailureKind | null; readonly rubies: readonly string[] };

/** Groups of a run's cells: leaks by cause and rate, clean, inconclusive, not measured by reason; in listed order. */
export function groupCells(cells: readonly CellRecord[], listed: readonly string[]): readonly Group[] {
  const byName = new Map(cells.map((cell) => [cell.ruby, cell]));
  const ordered = inListedOrder([...byName.keys()], listed).flatMap((name) => byName.get(name) ?? []);
  const measured = ordered.filter((cell) => cell.outcome === 'measured');
  const clean = measured.filter((cell) => cell.verdict === 'clean');
  const inconclusive = measured.filter((cell) => cell.verdict === 'inconclusive');
  const unmeasured = ordered.filter((cell) => cell.outcome !== 'measured' || cell.verdict === null);
  const groups: Group[] = leakClusters(measured.filter((cell) => cell.verdict === 'leak')).map(leakGroup);
  if (clean.length > 0)
    groups.push({ kind: 'clean', rubies: names(clean), smallestDetectable: largest(clean) });
  if (inconclusive.length > 0) groups.push({ kind: 'inconclusive', rubies: names(inconclusive) });
  for (const [failure, failed] of Map.groupBy(unmeasured, failureOf)) {
    groups.push({ kind: 'unmeasured', failure, rubies: names(failed) });
  }
  return groups;
}

/**
 * The slope that a leak is reported with: live bytes, or resident bytes where the growth never passed through malloc.
 */
export function reportedSlope(cell: CellRecord): Slope | null {
  if (cell.growth === null) return null;
  if (cell.cause !== 'outside-malloc') return cell.growth.malloc;
  return cell.growth.rss ?? cell.growth.pss ?? cell.growth.malloc;
}

function leakClusters(leaks: readonly CellRecord[]): readonly (readonly CellRecord[])[] {
  const clusters: CellRecord[][] = [];
  for (const cell of leaks) {
    const home = clusters.find((cluster) => cluster.every((other) => sameLeak(other, cell)));
    if (home === undefined) clusters.push([cell]);
    else home.push(cell);
  }
  return clusters;
}

function sameLeak(a: CellRecord, b: CellRecord): boolean {
  const [slopeA, slopeB] = [reportedSlope(a), reportedSlope(b)];
  if (a.cause !== b.cause) return false;
  if (slopeA === null || slopeB === null) return slopeA === slopeB;
  const [rateA, rateB] = [slopeA.perIteration, slopeB.perIteration];
  const allowed = Math.max(SAME_RATE.bytes, SAME_RATE.share * Math.max(Math.abs(rateA), Math.abs(rateB)));
  return Math.abs(rateA - rateB) <= allowed;
}

function leakGroup(cluster: readonly CellRecord[]): Group {
  const cause = cluster[0]?.cause ?? null;
  return {
    kind: 'leak',
    cause,
    rubies: names(cluster),
    rates: cluster.flatMap((cell) => reportedSlope(cell) ?? []),
    slots: cause === 'objects' ? cluster.flatMap((cell) => cell.growth?.liveSlots ?? []) : [],
  };
}

function failureOf(cell: CellRecord): FailureKind | null {
  return cell.outcome === 'measured' ? null : cell.outcome;
}

function names(cells: readonly CellRecord[]): readonly string[] {
  return cells.map((cell) => cell.ruby);
}

/** The weakest of the bounds: what may be said of all of them. */
function largest(cells: readonly CellRecord[]): number | null {
  const bounds = cells.map((cell) => cell.smallestDetectable);
  return bounds.some((bound) => bound === null) ? null : Math.max(...bounds.map((bound) => bound ?? 0));
}
