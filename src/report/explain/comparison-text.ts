import type { RunRecord } from '../../domain/run/record.ts';
import { scriptOf } from '../../domain/run/script-variant.ts';
import { placedIn } from '../../explain/same-lines.ts';
import { formatCount } from '../text/format-number.ts';
import { printable } from '../text/printable.ts';
import { joinNames } from '../../domain/names.ts';
import { nameRanges } from '../text/release-names.ts';
import type { Explained } from './finding-groups.ts';
import { keptOf, trafficAt, trafficOf, type Counted, type Traffic } from './traffic.ts';

/** Largest difference of rates that still counts as "as often". */
const AS_OFTEN_SHARE = 0.1;

/**
 * Describes what clean rubies do at the place of a leak: `2.4.10 frees it`, if it allocates there as often as
 * the leaking one. Empty where that is not known.
 * @param leaking the cell that the finding is of
 * @param clean clean rubies that were explained for comparison
 */
export function comparisonTexts(
  finding: Counted,
  leaking: Explained,
  clean: readonly Explained[],
  run: RunRecord,
): readonly string[] {
  const own = trafficOf(finding, leaking.explanation);
  if (own === null) return [];
  const counted = clean.flatMap(({ cell, explanation }) => {
    const placed = placedIn(scriptOf(run, leaking.cell), scriptOf(run, cell))(finding);
    const counts = placed === null ? null : trafficAt(placed, explanation);
    return counts === null ? [] : [{ cell: cell.id, counts, isAsOften: asOften(counts, own) }];
  });
  const alike = Map.groupBy(counted, ({ counts, isAsOften }) =>
    JSON.stringify(isAsOften ? keptOf(counts) : counts),
  );
  const what = finding.kind === 'native' ? 'it' : 'them';
  return [...alike.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const names = nameRanges(
      same.map(({ cell }) => cell),
      run.listed,
    ).map(printable);
    return `${joinNames(names)} ${doing(first.counts, first.isAsOften, same.length > 1, what)}`;
  });
}

function asOften({ allocations, iterations }: Traffic, own: Traffic): boolean {
  if (iterations === 0 || own.allocations === 0) return false;
  return Math.abs(allocations / iterations / (own.allocations / own.iterations) - 1) <= AS_OFTEN_SHARE;
}

function doing(counts: Traffic, isAsOften: boolean, many: boolean, what: 'it' | 'them'): string {
  const { allocations, iterations } = counts;
  if (allocations === 0) return `${many ? 'do' : 'does'} not allocate there`;
  const times = allocations === 1 ? 'once' : `${formatCount(allocations)} times`;
  const often = isAsOften ? 'as often' : `${times} in ${formatCount(iterations)} iterations`;
  const left = keptOf(counts);
  const frees = many ? 'free' : 'frees';
  if (isAsOften && left === 0) return `${frees} ${what}`;
  const freed = left === 0 ? `${frees} ${what}` : `${frees} all but ${formatCount(left)}`;
  return `${many ? 'allocate' : 'allocates'} there ${often} and ${freed}`;
}
