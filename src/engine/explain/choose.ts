import type { Explanation } from '../../domain/explanation.ts';
import type { CellRecord } from '../../domain/record.ts';
import { compareRubies, isPlainRelease } from '../../domain/release-order.ts';
import type { Ruby } from '../../domain/ruby.ts';
import { seriesOf } from '../../domain/version.ts';
import { groupCells } from '../../report/groups.ts';

/** A cell that is to be explained. */
export interface Due {
  readonly ruby: Ruby;
  readonly role: Explanation['role'];
}

/** A ruby of a run, in release order, and the leak it shares with others; null where it does not leak. */
interface Place {
  readonly ruby: Ruby;
  readonly cell: CellRecord;
  readonly leak: number | null;
}

/**
 * What is still to be explained of a run whose cells are done: the leaks, all at once; after them a clean ruby to
 * compare with, which needs to know what was found in them. Empty when nothing is left.
 * @param rubies those of the run; a cell whose ruby is not among them is not explained
 */
export function dueExplanations(cells: readonly CellRecord[], rubies: readonly Ruby[]): readonly Due[] {
  const places = placesOf(cells, rubies);
  const leaks = leaksToExplain(places);
  const open = leaks.filter(({ cell }) => cell.explanation === null);
  if (open.length > 0) return open.map(({ ruby }) => ({ ruby, role: 'leak' }));
  const clean = neighbourOf(leaks, places);
  return clean === null || clean.cell.explanation !== null ? [] : [{ ruby: clean.ruby, role: 'comparison' }];
}

function placesOf(cells: readonly CellRecord[], rubies: readonly Ruby[]): readonly Place[] {
  const ordered = rubies.toSorted(compareRubies);
  const names = ordered.map((ruby) => ruby.name);
  const leaks = groupCells(cells, names).filter((group) => group.kind === 'leak');
  return ordered.flatMap((ruby) => {
    const cell = cells.find((one) => one.ruby === ruby.name && one.state === 'done');
    const leak = leaks.findIndex((group) => group.rubies.includes(ruby.name));
    return cell === undefined ? [] : [{ ruby, cell, leak: leak === -1 ? null : leak }];
  });
}

/** One ruby of every run of releases that share a leak: the newest. A series ends a run, and so does what is clean. */
function leaksToExplain(places: readonly Place[]): readonly Place[] {
  const runs: Place[][] = [];
  let last: Place | null = null;
  for (const place of places) {
    // Of what could not be measured, or not settled, nobody knows that it ends anything.
    if (place.leak === null && place.cell.verdict !== 'clean') continue;
    if (place.leak !== null) {
      const goes = last !== null && last.leak === place.leak && sameSeries(last.ruby, place.ruby);
      if (goes) runs.at(-1)?.push(place);
      else runs.push([place]);
    }
    last = place;
  }
  // A release as such says more than a variant of it that somebody made.
  return runs.flatMap((run) => run.findLast(({ ruby }) => isPlainRelease(ruby)) ?? run.at(-1) ?? []);
}

/** The clean ruby that stands fewest rubies away from a leak that is explained; a newer one if there is any. */
function neighbourOf(leaks: readonly Place[], places: readonly Place[]): Place | null {
  const isClean = ({ cell }: Place): boolean => cell.outcome === 'measured' && cell.verdict === 'clean';
  const pairs = leaks.flatMap((leak) => {
    const at = places.indexOf(leak);
    return places.flatMap((place, index) => (isClean(place) ? [{ place, steps: index - at }] : []));
  });
  const newer = pairs.filter(({ steps }) => steps > 0);
  const candidates = newer.length > 0 ? newer : pairs;
  // Of equally near ones the newest.
  const [best] = candidates.toReversed().toSorted((a, b) => Math.abs(a.steps) - Math.abs(b.steps));
  return best?.place ?? null;
}

const sameSeries = (a: Ruby, b: Ruby): boolean => seriesOf(a.version) === seriesOf(b.version);
