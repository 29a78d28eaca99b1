import type { CellId } from '../../domain/cell/cell-id.ts';
import { isAt } from '../../domain/loops/loop-place.ts';
import type { CellRepeats, Difference } from '../../domain/measurement/repeats.ts';
import type { Growth } from '../../domain/measurement/verdict.ts';
import type { CellRecord, LoopRecord, RunRecord } from '../../domain/run/record.ts';
import { inListedOrder, orderedCells } from '../../domain/run/ordered-cells.ts';
import { sameLoops, worstOf, type SameLoop } from './common-loop.ts';
import { bytesThreshold, compareRepeats, SLOTS } from './compare-repeats.ts';
import { otherUnit } from './compare-run.ts';
import { differenceOfSlopes, type Threshold } from './difference.ts';

/**
 * How a cell changed from one run to another: its verdict or cause, or how much it grows for certain; or not, or what it
 * grows by is not certain or cannot be compared.
 */
export type Change = 'verdict' | 'growth' | 'open' | 'none' | 'unknown';

/** How much more the second cell grows; times and memory only where both ran several times. */
export interface RunDifference {
  readonly bytes: Difference;
  readonly slots: Difference;
  readonly time: Difference | null;
  readonly resident: Difference | null;
}

/** A cell that both runs have. */
export interface CellOfBoth {
  readonly cell: CellId;
  readonly base: CellRecord;
  readonly other: CellRecord;
  readonly change: Change;
  /** Loop of the base that both are compared by; null where none was matched. */
  readonly loop: CellRepeats['loop'] | null;
  readonly difference: RunDifference | null;
  /** Why their growth is not compared; null where it is. */
  readonly reason: string | null;
}

/** Two runs, cell by cell. */
export interface ComparedRuns {
  readonly isOneScript: boolean;
  /** Cells of both: changed verdicts first, then changed growth; in the order of the matrix. */
  readonly cells: readonly CellOfBoth[];
  readonly onlyInBase: readonly CellId[];
  readonly onlyInOther: readonly CellId[];
}

const ORDER: readonly Change[] = ['verdict', 'growth', 'open', 'unknown', 'none'];

/** Compares two runs: cells with the same ruby and settings, each by a loop that both have. */
export function compareRuns(base: RunRecord, other: RunRecord): ComparedRuns {
  const theirs = new Map<string, CellRecord>(other.cells.map((cell) => [cell.id, cell]));
  const mine = new Set<string>(base.cells.map(({ id }) => id));
  const cells = orderedCells(base).flatMap((cell) => {
    const same = theirs.get(cell.id);
    return same === undefined
      ? []
      : [compareCells(cell, same, scriptOf(base, cell) === scriptOf(other, same))];
  });
  return {
    isOneScript: base.script.sha256 === other.script.sha256,
    cells: cells.toSorted((a, b) => ORDER.indexOf(a.change) - ORDER.indexOf(b.change)),
    onlyInBase: orderedCells(base)
      .map(({ id }) => id)
      .filter((id) => !theirs.has(id)),
    onlyInOther: inListedOrder(
      [...theirs.keys()].filter((id) => !mine.has(id)),
      other.listed,
    ) as readonly CellId[],
  };
}

/** Identifies the text that a cell ran. */
function scriptOf({ script, variants }: RunRecord, { settings }: CellRecord): string {
  return (variants.find(({ name }) => name === settings.script)?.script ?? script).sha256;
}

function compareCells(base: CellRecord, other: CellRecord, isOneScript: boolean): CellOfBoth {
  const both = { cell: base.id, base, other };
  const hasChanged = statusOf(base) !== statusOf(other);
  const reason = whyNot(base, other);
  if (reason !== null)
    return { ...both, change: hasChanged ? 'verdict' : 'unknown', loop: null, difference: null, reason };
  const pair = worstOf(sameLoops(base, other, isOneScript));
  const difference = differenceBetween(both, pair, isOneScript);
  const loop = pair === null ? null : placeOf(pair.base);
  const why = difference === null ? unlike(base, other) : null;
  return { ...both, change: hasChanged ? 'verdict' : changeOf(difference), loop, difference, reason: why };
}

function whyNot(base: CellRecord, other: CellRecord): string | null {
  if (base.outcome !== 'measured') return 'it was not measured in the base';
  return other.outcome === 'measured' ? null : 'it was not measured in the other run';
}

function unlike(base: CellRecord, other: CellRecord): string {
  const areKnown = base.loops.length > 0 && other.loops.length > 0;
  return areKnown ? otherUnit(base, other) : 'the scripts differ, and the loops of one of them are not known';
}

/** Describes the result of a cell for readers: verdict and cause, or how it failed. */
const statusOf = ({ outcome, verdict, cause }: CellRecord): string =>
  JSON.stringify([outcome, verdict, cause]);

function changeOf(difference: RunDifference | null): Change {
  if (difference === null) return 'unknown';
  const { certainty } = difference.bytes;
  if (certainty === 'differs') return 'growth';
  return certainty === 'same' ? 'none' : 'open';
}

type Judged = Pick<LoopRecord, 'growth' | 'cause' | 'verdict' | 'smallestDetectable'>;

/**
 * Compares two cells: by their containers where both ran several times for the same loop, else by the slopes of one
 * container each.
 */
function differenceBetween(
  { base, other }: Pick<CellOfBoth, 'base' | 'other'>,
  pair: SameLoop | null,
  isOneScript: boolean,
): RunDifference | null {
  if (pair === null) {
    // Records of releases that judged one loop have no list of them.
    const isOld = isOneScript && base.loops.length + other.loops.length === 0;
    return isOld ? slopesBetween(base, other) : null;
  }
  const [mine, theirs] = [repeatsOf(base, pair.base), repeatsOf(other, pair.other)];
  return compareRepeats(mine, theirs, [mine, theirs]) ?? slopesBetween(pair.base, pair.other);
}

function slopesBetween(a: Judged, b: Judged): RunDifference | null {
  if (a.growth === null || b.growth === null) return null;
  const [bytes, otherBytes] = [bytesIn(a.growth, a, b), bytesIn(b.growth, a, b)];
  const rate = Math.max(Math.abs(bytes.perIteration), Math.abs(otherBytes.perIteration));
  return {
    bytes: differenceOfSlopes(bytes, otherBytes, thresholdOf(a, b, rate)),
    slots: differenceOfSlopes(a.growth.liveSlots, b.growth.liveSlots, SLOTS),
    time: null,
    resident: null,
  };
}

/** Picks resident memory where one of the two does not grow in malloc. */
const bytesIn = (growth: Growth, a: Judged, b: Judged): Growth['malloc'] =>
  [a, b].some(({ cause }) => cause === 'outside-malloc')
    ? (growth.rss ?? growth.pss ?? growth.malloc)
    : growth.malloc;

/**
 * Makes the threshold for single containers: how they scatter is not known, so less than what does not matter is no
 * difference, nor is anything below the bounds of two clean verdicts.
 */
function thresholdOf(a: Judged, b: Judged, rate: number): Threshold {
  const bounds = [a, b].map(({ verdict, smallestDetectable }) =>
    verdict === 'clean' ? (smallestDetectable ?? 0) : null,
  );
  const clean = bounds.every((bound) => bound !== null) ? Math.max(...bounds.map(Number)) : 0;
  const negligible = Math.max(bytesThreshold(rate).negligible, clean);
  return { least: negligible, negligible };
}

const placeOf = ({ line, kind, context }: LoopRecord): CellRepeats['loop'] => ({ line, kind, context });

const repeatsOf = ({ repeats }: CellRecord, loop: LoopRecord): CellRepeats['measured'] =>
  repeats !== null && isAt(repeats.loop, loop) ? repeats.measured : [];
