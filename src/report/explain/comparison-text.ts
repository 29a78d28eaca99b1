import type { Comparison, NativeFinding } from '../../domain/leak/explanation.ts';
import { formatCount } from '../text/format-number.ts';
import { printable } from '../text/printable.ts';
import { joinNames } from '../../domain/names.ts';
import { nameRanges } from '../text/release-names.ts';
import type { Explained } from './finding-groups.ts';
import { sameSite } from '../../explain/native/same-site.ts';

/** Largest difference of rates that still counts as "as often". */
const AS_OFTEN_SHARE = 0.1;
/** Blocks that may be in use at any moment. */
const AT_WORK = 2;

/**
 * Describes what clean rubies do at the place of a leak: `2.4.10 frees it`, if it allocates there as often as
 * the leaking one. Empty where that is not known.
 * @param timesPerIteration how often the leaking ruby allocates there
 * @param clean clean rubies that were explained for comparison
 */
export function comparisonTexts(
  finding: NativeFinding,
  timesPerIteration: number,
  clean: readonly Explained[],
  listed: readonly string[],
): readonly string[] {
  const counted = clean.flatMap(({ cell, explanation }) => {
    const there = explanation.comparisons.filter((one) => sameSite(finding, one));
    if (there.length === 0) return [];
    const counts = { ...summed(there), iterations: explanation.iterations };
    return [{ cell: cell.id, counts, isAsOften: asOften(counts, timesPerIteration) }];
  });
  const alike = Map.groupBy(counted, ({ counts, isAsOften }) =>
    JSON.stringify(isAsOften ? kept(counts) : counts),
  );
  return [...alike.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const names = nameRanges(
      same.map(({ cell }) => cell),
      listed,
    ).map(printable);
    return `${joinNames(names)} ${doing(first.counts, first.isAsOften, same.length > 1)}`;
  });
}

interface Counted {
  readonly allocations: number;
  readonly frees: number;
  readonly iterations: number;
}

/** Adds up the counts of several stacks, which may be one site to a reader. */
function summed(there: readonly Comparison[]): Omit<Counted, 'iterations'> {
  return {
    allocations: there.reduce((sum, one) => sum + one.allocations, 0),
    frees: there.reduce((sum, one) => sum + one.frees, 0),
  };
}

function asOften({ allocations, iterations }: Counted, timesPerIteration: number): boolean {
  if (iterations === 0 || timesPerIteration === 0) return false;
  return Math.abs(allocations / iterations / timesPerIteration - 1) <= AS_OFTEN_SHARE;
}

/**
 * Counts the kept blocks. Blocks in use at a mark come and go, so a negative number counts as none, and so do
 * one or two.
 */
function kept({ allocations, frees }: Counted): number {
  const left = allocations - frees;
  return left <= AT_WORK ? 0 : left;
}

function doing(counts: Counted, isAsOften: boolean, many: boolean): string {
  const { allocations, iterations } = counts;
  if (allocations === 0) return `${many ? 'do' : 'does'} not allocate there`;
  const times = allocations === 1 ? 'once' : `${formatCount(allocations)} times`;
  const often = isAsOften ? 'as often' : `${times} in ${formatCount(iterations)} iterations`;
  const left = kept(counts);
  const frees = many ? 'free' : 'frees';
  if (isAsOften && left === 0) return `${frees} it`;
  const what = left === 0 ? `${frees} it` : `${frees} all but ${formatCount(left)}`;
  return `${many ? 'allocate' : 'allocates'} there ${often} and ${what}`;
}
