import { compareTexts, splitCellId, type CellId } from '../../domain/cell/cell-id.ts';
import type { Configuration } from '../../domain/cell/configuration.ts';
import type { Explanation } from '../../domain/leak/explanation.ts';
import type { CellRecord } from '../../domain/run/record.ts';
import { compareRubies, isPlainRelease } from '../../domain/ruby/release-order.ts';
import { releaseSeries } from '../../domain/ruby/version.ts';
import { leakClusters } from '../../domain/run/leak-groups.ts';
import { inOrder } from '../../domain/run/ordered-cells.ts';

/** A cell that is to be explained. */
export interface Due {
  readonly cell: Configuration;
  readonly role: Explanation['role'];
  /** For a comparison: the cells whose leaks it is shown beside. */
  readonly comparedWith?: readonly CellId[];
}

/** A cell of a run, in the order of releases, and the leak it shares with others; null where it does not leak. */
interface RubyInRun {
  readonly cell: Configuration;
  readonly record: CellRecord;
  readonly leak: number | null;
}

/**
 * Chooses what is still to be explained of a run whose cells are done: first all leaks at once, then the
 * clean cells to compare them with, which are observed at the places found. Empty when nothing is left.
 * @param cells cells of the run; a record whose cell is not among them is not explained
 */
export function dueExplanations(
  records: readonly CellRecord[],
  cells: readonly Configuration[],
): readonly Due[] {
  const places = rubiesInRun(records, cells);
  const leaks = leaksToExplain(places);
  const open = leaks.filter(({ record }) => record.explanation === null);
  if (open.length > 0) return open.map(({ cell }) => ({ cell, role: 'leak' }));
  return partnersOf(leaks, places)
    .filter(({ place }) => place.record.explanation === null)
    .map(({ place, leaks: own }) => ({
      cell: place.cell,
      role: 'comparison',
      comparedWith: own.map(({ cell }) => cell.id),
    }));
}

/** Puts the cells in order: by settings, then by release. */
function rubiesInRun(records: readonly CellRecord[], cells: readonly Configuration[]): readonly RubyInRun[] {
  const ordered = cells.toSorted(
    (a, b) => compareTexts(suffixOf(a), suffixOf(b)) || compareRubies(a.ruby, b.ruby),
  );
  const names = ordered.map((cell) => cell.ruby.name);
  const leaks = leakClusters(inOrder(records, names).filter(isLeak));
  return ordered.flatMap((cell) => {
    const record = records.find((one) => one.id === cell.id && one.state === 'done');
    const leak = leaks.findIndex((same) => same.some(({ id }) => id === cell.id));
    return record === undefined ? [] : [{ cell, record, leak: leak === -1 ? null : leak }];
  });
}

/**
 * Picks the newest cell of each group of neighbouring releases that share a leak. A group ends with its
 * series, at other settings, and at a clean release.
 */
function leaksToExplain(places: readonly RubyInRun[]): readonly RubyInRun[] {
  const runs: RubyInRun[][] = [];
  let last: RubyInRun | null = null;
  for (const place of places) {
    // Unmeasured or inconclusive releases do not end a group.
    if (place.leak === null && place.record.verdict !== 'clean') continue;
    if (place.leak !== null) {
      const goes = last !== null && last.leak === place.leak && sameSeries(last.cell, place.cell);
      if (goes) runs.at(-1)?.push(place);
      else runs.push([place]);
    }
    last = place;
  }
  // A plain release represents a group better than a variant of it.
  return runs.flatMap((run) => run.findLast(({ cell }) => isPlainRelease(cell.ruby)) ?? run.at(-1) ?? []);
}

/** A clean cell, and the leaks that are shown beside it. */
interface Partner {
  readonly place: RubyInRun;
  readonly leaks: RubyInRun[];
}

/** Clean cells that are observed at most, each in a container. */
const MOST_PARTNERS = 4;

/**
 * Chooses the clean cell that each leak is compared with: the same ruby with other settings, gems or script; otherwise one
 * release for all leaks of the same settings. The newest leaks choose first; later ones share where there are too many.
 */
function partnersOf(leaks: readonly RubyInRun[], places: readonly RubyInRun[]): readonly Partner[] {
  const wanted = leaks.map((leak) => ({ leak, place: sameRuby(leak, places) }));
  const without = wanted.flatMap(({ leak, place }) => (place === null ? [leak] : []));
  const shared = [...Map.groupBy(without, ({ cell }) => suffixOf(cell)).values()].flatMap((alike) => {
    const place = nearestClean(alike, places);
    return alike.map((leak) => ({ leak, place }));
  });
  const partners: Partner[] = [];
  for (const { leak, place } of [...wanted.toReversed(), ...shared]) {
    if (place === null) continue;
    const known = partners.find((one) => one.place === place);
    const sharing = known ?? (partners.length < MOST_PARTNERS ? undefined : partners[0]);
    if (sharing === undefined) partners.push({ place, leaks: [leak] });
    else sharing.leaks.push(leak);
  }
  return partners;
}

/** Finds the clean cell of the same ruby that differs in the fewest settings. */
function sameRuby(leak: RubyInRun, places: readonly RubyInRun[]): RubyInRun | null {
  const own = places.filter((place) => isClean(place) && place.cell.ruby.name === leak.cell.ruby.name);
  const [first = null] = own.toSorted((a, b) => settingsApart(leak, a) - settingsApart(leak, b));
  return first;
}

/** Counts the settings in which two cells differ. */
function settingsApart(one: RubyInRun, other: RubyInRun): number {
  const [a, b] = [one, other].map(({ cell }) => new Map(Object.entries(cell.settings)));
  return [...new Set([...(a?.keys() ?? []), ...(b?.keys() ?? [])])].filter(
    (name) => a?.get(name) !== b?.get(name),
  ).length;
}

/** Finds the clean cell fewest releases away from one of the leaks; preferably with the same settings, and newer. */
function nearestClean(leaks: readonly RubyInRun[], places: readonly RubyInRun[]): RubyInRun | null {
  const pairs = leaks.flatMap((leak) => {
    const at = places.indexOf(leak);
    return places.flatMap((place, index) => (isClean(place) ? [{ leak, place, steps: index - at }] : []));
  });
  const alike = pairs.filter(({ leak, place }) => suffixOf(leak.cell) === suffixOf(place.cell));
  const same = alike.length > 0 ? alike : pairs;
  const newer = same.filter(({ steps }) => steps > 0);
  const candidates = newer.length > 0 ? newer : same;
  // Of equally near cells the newest.
  const [best] = candidates.toReversed().toSorted((a, b) => Math.abs(a.steps) - Math.abs(b.steps));
  return best?.place ?? null;
}

const isClean = ({ record }: RubyInRun): boolean =>
  record.outcome === 'measured' && record.verdict === 'clean';

const isLeak = ({ outcome, verdict }: CellRecord): boolean => outcome === 'measured' && verdict === 'leak';

const suffixOf = ({ id }: Configuration): string => splitCellId(id).suffix;

const sameSeries = (a: Configuration, b: Configuration): boolean =>
  suffixOf(a) === suffixOf(b) && releaseSeries(a.ruby.version) === releaseSeries(b.ruby.version);
