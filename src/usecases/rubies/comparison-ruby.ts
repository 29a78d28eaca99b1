import { compareRubies, isPlainRelease } from '../../domain/ruby/release-order.ts';
import type { Listing, Ruby } from '../../domain/ruby/ruby.ts';
import { releaseSeries } from '../../domain/ruby/version.ts';
import type { ChosenRubies } from './default-rubies.ts';
import { isAvailable, type RubyPresence } from '../../engine/ruby-presence.ts';

/** Patch releases after which a fix of later series has likely been backported. */
const LATER = 3;

/**
 * Picks the ruby to compare a leaking one with, where none was named. A near release shares more stacks with
 * it, but a leak is usually fixed in a later series first, then in the last releases of its own. So it takes
 * the last available release of the same series, if much later; else of the next series that has one; else
 * the next release.
 * @param here names of the rubies that can be run without fetching anything
 */
function pickComparisonRuby(ruby: Ruby, matrix: Listing, here: ReadonlySet<string>): Ruby | null {
  const others = matrix.rubies
    .filter((one) => isPlainRelease(one) && here.has(one.name) && releaseOf(one) !== releaseOf(ruby))
    .toSorted(compareRubies);
  const newer = others.filter((one) => compareRubies(one, ruby) > 0);
  const isOwn = (one: Ruby): boolean => releaseSeries(one.version) === releaseSeries(ruby.version);
  const own = newer.findLast(isOwn);
  if (own !== undefined && own.version.patch - ruby.version.patch >= LATER) return own;
  const next = newer.find((one) => !isOwn(one));
  if (next === undefined) return own ?? others.at(-1) ?? null;
  return newer.findLast((one) => releaseSeries(one.version) === releaseSeries(next.version)) ?? next;
}

const releaseOf = ({ version }: Ruby): string => `${releaseSeries(version)}.${version.patch}`;

/**
 * Adds a ruby to compare with where only one was chosen, and a note that says so; other choices stay as they
 * are.
 */
export function withComparisonRuby(
  chosen: ChosenRubies,
  matrix: Listing,
  presence: readonly RubyPresence[],
): ChosenRubies {
  const [alone, second] = chosen.rubies;
  if (alone === undefined || second !== undefined) return chosen;
  const here = new Set(presence.flatMap((one) => (isAvailable(one) ? [one.ruby] : [])));
  const beside = pickComparisonRuby(alone, matrix, here);
  const note =
    beside === null
      ? `No other release is here to compare ${alone.name} with; a second --ruby names one.`
      : `${beside.name} runs beside ${alone.name}, to compare with if it is clean; a second --ruby names another.`;
  const rubies = beside === null ? [alone] : [alone, beside].toSorted(compareRubies);
  return { rubies, notes: [...chosen.notes, note] };
}
