import { weightsOf, type Parents } from './ancestors.ts';
import { intervalsIn, type Interval, type ReadingOf } from './intervals.ts';

/** Most cuts of an interval at a time: each costs a build. */
const MOST_CUTS = 3;
/** After this many commits without an answer an interval is not narrowed further. */
const MOST_TRIED = 16;

/** A history of commits, and the two that were named. */
export interface History {
  readonly parents: Parents;
  readonly ends: { readonly from: number; readonly to: number };
}

/**
 * Chooses the commits to measure next; none when nothing is left to find. Both ends come first; where they
 * differ, the commit at which their histories part; then those that halve intervals whose ends differ.
 * @param atOnce cells that can be measured side by side
 */
export function nextCommits(
  { parents, ends }: History,
  readingOf: ReadingOf,
  atOnce: number,
): readonly number[] {
  const named = [...new Set([ends.from, ends.to])].filter((place) => readingOf(place) === undefined);
  if (named.length > 0) return named;
  const [from, to] = [readingOf(ends.from), readingOf(ends.to)];
  if (from?.kind !== 'known' || to?.kind !== 'known') return [];
  const root = readingOf(0);
  if (root?.kind === 'known') return cuts(parents, readingOf, atOnce);
  if (from.state === to.state || root?.kind === 'tried' || root?.kind === 'missing') return [];
  const asked = root === undefined ? [0] : [];
  if (atOnce <= asked.length) return asked;
  // It usually has the state of the older end, so commits on the way to the newer one are measured meanwhile.
  const presumed: ReadingOf = (place) => (place === 0 ? from : readingOf(place));
  return [...asked, ...cuts(parents, presumed, atOnce - asked.length)];
}

/** Finds intervals that can be narrowed further, with the commits that can be measured. */
export function openIntervals(
  parents: Parents,
  readingOf: ReadingOf,
): readonly (Interval & { readonly unread: readonly number[] })[] {
  return intervalsIn(parents, readingOf).flatMap((interval) => {
    const kinds = interval.between.map((place) => readingOf(place)?.kind);
    if (kinds.filter((kind) => kind === 'tried').length >= MOST_TRIED) return [];
    const unread = interval.between.filter((_, index) => kinds[index] === undefined);
    return unread.length === 0 && !kinds.includes('pending') ? [] : [{ ...interval, unread }];
  });
}

function cuts(parents: Parents, readingOf: ReadingOf, atOnce: number): readonly number[] {
  const open = openIntervals(parents, readingOf);
  const count = Math.max(1, Math.min(MOST_CUTS, Math.floor(atOnce / Math.max(1, open.length))));
  const found = open
    .filter(({ between }) => !between.some((place) => readingOf(place)?.kind === 'pending'))
    .flatMap((interval) => cutsOf(interval, parents, readingOf, count));
  return [...new Set(found)];
}

/**
 * Chooses the commits that halve an interval best. Where some gave no answer, it is cut elsewhere, ever
 * nearer to its ends: neighbours of a commit that does not build rarely build.
 */
function cutsOf(
  { between, unread }: Interval & { readonly unread: readonly number[] },
  parents: Parents,
  readingOf: ReadingOf,
  count: number,
): readonly number[] {
  const weights = weightsOf(between, parents);
  const tried = between.filter((place) => readingOf(place)?.kind === 'tried').length;
  const left = new Set(unread);
  return Array.from({ length: count }, (_, nth) => {
    const share = tried === 0 ? (nth + 1) / (count + 1) : shareAfter(tried + nth);
    const wanted = share * (between.length + 1);
    const [best] = [...left].toSorted(
      (a, b) => Math.abs((weights.get(a) ?? 0) - wanted) - Math.abs((weights.get(b) ?? 0) - wanted) || a - b,
    );
    if (best !== undefined) left.delete(best);
    return best;
  }).flatMap((place) => place ?? []);
}

/** Calculates where the next cut goes after a number of failed ones: 1/4, 3/4, 1/8, 7/8, 3/8, 5/8, 1/16 … */
function shareAfter(failed: number): number {
  let [parts, first] = [4, 1];
  while (failed > first + parts / 2 - 1) {
    first += parts / 2;
    parts *= 2;
  }
  const nth = failed - first;
  const odd = 2 * (nth >> 1) + 1;
  return nth % 2 === 0 ? odd / parts : (parts - odd) / parts;
}
