import type { CellRecord, LoopRecord } from '../../domain/run/record.ts';
import { severity } from '../loops/loop-records.ts';
import { reportedSlope } from '../../domain/run/leak-groups.ts';

/** A loop of the base and the loop of another cell whose iteration is the same unit. */
export interface SameLoop {
  readonly base: LoopRecord;
  readonly other: LoopRecord;
}

const isJudged = ({ verdict }: LoopRecord): boolean => verdict !== null;

/**
 * Matches the loops of two cells. The same script, with or without some of its lines, keeps the places of its
 * loops. Another script must have as many loops, which are matched in order.
 */
export function sameLoops(
  base: CellRecord,
  other: CellRecord,
  isOneScript = isOfOneScript(base, other),
): readonly SameLoop[] {
  const [mine, theirs] = [base.loops, other.loops];
  if (!isOneScript) {
    const alike =
      mine.length === theirs.length && mine.every((loop, nth) => isBody(loop) === isBody(theirs[nth]));
    return alike ? pairs(mine.map((loop, nth) => [loop, theirs[nth]] as const)) : [];
  }
  const places = new Map(byPlace(theirs));
  return pairs(byPlace(mine).map(([place, loop]) => [loop, places.get(place)] as const));
}

/** Keys loops by their places: line, kind, context, and number among those of the same place. */
function byPlace(loops: readonly LoopRecord[]): readonly (readonly [string, LoopRecord])[] {
  const counts = new Map<string, number>();
  return loops.map((loop) => {
    const place = JSON.stringify([loop.line, loop.kind, loop.context]);
    const nth = (counts.get(place) ?? 0) + 1;
    counts.set(place, nth);
    return [`${nth} ${place}`, loop] as const;
  });
}

const pairs = (found: readonly (readonly [LoopRecord, LoopRecord | undefined])[]): readonly SameLoop[] =>
  found.flatMap(([base, other]) =>
    other !== undefined && isJudged(base) && isJudged(other) ? [{ base, other }] : [],
  );

const isBody = (loop: LoopRecord | undefined): boolean => loop?.kind === 'body';

const WITHOUT = /^without-/;
function isOfOneScript(base: CellRecord, other: CellRecord): boolean {
  const [a = '', b = ''] = [base.settings.script, other.settings.script];
  return a === b || [a, b].every((name) => name === '' || WITHOUT.test(name));
}

/** A cell and the loop of it that is compared. */
export interface ComparedLoop {
  readonly cell: CellRecord;
  readonly loop: LoopRecord;
}

/**
 * Chooses the loop that a group of cells is compared by: one that most of them have, and of these the one
 * that leaks most in any of them. Cells without it are left out; empty for fewer than two cells.
 */
export function comparedLoops(base: CellRecord, others: readonly CellRecord[]): readonly ComparedLoop[] {
  const measured = [base, ...others].every((cell) => cell.state === 'done') && base.outcome === 'measured';
  if (!measured) return [];
  const known = others
    .filter(({ outcome }) => outcome === 'measured')
    .map((cell) => ({ cell, same: sameLoops(base, cell) }));
  const candidates = base.loops.filter(isJudged).map((loop) => {
    const found = known.flatMap(({ cell, same }) =>
      same.filter((pair) => pair.base === loop).map((pair) => ({ cell, loop: pair.other })),
    );
    return [{ cell: base, loop }, ...found];
  });
  // Of equal loops the one that runs most: its iteration is the finest unit.
  const byWeight = candidates.toSorted(
    (a, b) => b.length - a.length || weightOf(b) - weightOf(a) || iterationsIn(b) - iterationsIn(a),
  );
  return byWeight[0] ?? [];
}

/** Chooses the loops that two cells are compared by; null where none is the same. */
export function worstOf(found: readonly SameLoop[]): SameLoop | null {
  const byWeight = found
    .map((pair) => ({ pair, weight: weightOf([pair.base, pair.other].map((loop) => ({ loop }))) }))
    .toSorted((a, b) => b.weight - a.weight || b.pair.base.iterations - a.pair.base.iterations);
  return byWeight[0]?.pair ?? null;
}

const iterationsIn = (cells: readonly ComparedLoop[]): number => cells[0]?.loop.iterations ?? 0;

/**
 * Weighs a loop for comparison: leaks before others, and faster leaks before slower ones. The rate of a clean loop is
 * noise, and the larger, the more its iteration contains.
 */
function weightOf(cells: readonly Pick<ComparedLoop, 'loop'>[]): number {
  return Math.max(
    ...cells.map(({ loop }) => {
      if (loop.verdict === 'clean') return severity(loop);
      const rate = Math.max(0, reportedSlope(loop)?.perIteration ?? 0);
      // Rates this close are noise.
      const share = Math.round((100 * rate) / (1 + rate)) / 100;
      return severity(loop) + share;
    }),
  );
}
