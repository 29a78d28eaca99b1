import type { CellId } from '../cell/cell-id.ts';
import { firstOf, lastOf, type End } from './ends.ts';
import { changesIn, knownIn, type Known, type Readings } from './readings.ts';
import type { Series, Track } from './track.ts';

/** Inferred ends of series are measured as well, until this many cells were measured. */
const CHECK_UP_TO = 20;
/** Most cuts of an interval at a time: each cut costs a cell. */
const MOST_CUTS = 3;
/** After this many cells without an answer an interval is not narrowed further. */
const MOST_TRIED = 4;

/** A series with what is known of it. */
interface View extends Series {
  readonly first: End;
  readonly known: readonly Known[];
}

/**
 * Chooses the cells to measure next, given what is known; none when there is nothing left to find. The first
 * release of every series is measured, and the last of the newest; the last of another series only where
 * something changed near it, since a change comes to a series from the one after it, or not at all. Then
 * intervals whose ends differ are halved.
 * @param atOnce cells that can be measured side by side
 */
export function nextCells(track: Track, readings: Readings, atOnce: number): readonly CellId[] {
  const views = track.series.map((one): View => {
    const { cells } = one;
    return { ...one, first: firstOf(cells, readings), known: knownIn(cells, readings) };
  });
  const ends = [...views.flatMap(({ first }) => asked(first)), ...probes(track, readings)];
  const newest = views.findLast(({ first }) => first.kind !== 'none');
  if (newest !== undefined) ends.push(...asked(lastOf(newest.cells, readings)));
  if (ends.length > 0) return unique(ends);
  const near = views.flatMap((view, at) =>
    isNearChange(view, views.slice(at + 1)) ? asked(lastOf(view.cells, readings)) : [],
  );
  const inside = cuts(views, readings, atOnce);
  if (near.length + inside.length > 0) return unique([...near, ...inside]);
  const isPending = [...readings.values()].some(({ kind }) => kind === 'pending');
  return isPending ? [] : checks(views, readings, atOnce);
}

const asked = (end: End): readonly CellId[] => (end.kind === 'ask' ? [end.id] : []);

const unique = (ids: readonly CellId[]): readonly CellId[] => [...new Set(ids)];

function probes({ series, probes: count }: Track, readings: Readings): readonly CellId[] {
  return series.flatMap(({ cells }) =>
    spread(
      cells.map((_, index) => index),
      count,
    )
      .flatMap((index) => cells[index] ?? [])
      .filter((id) => !readings.has(id)),
  );
}

/** Tells whether the series after it begins in another state, or changes itself. */
function isNearChange({ first }: View, later: readonly View[]): boolean {
  const next = later.find((one) => one.first.kind !== 'none');
  if (first.kind !== 'known' || next?.first.kind !== 'known') return false;
  return next.first.state !== first.state || changesIn(next.known).length > 0;
}

/** Chooses cells inside of intervals whose ends differ, as near to the middle as possible. */
function cuts(views: readonly View[], readings: Readings, atOnce: number): readonly CellId[] {
  const open = views.flatMap(({ cells, known }) =>
    changesIn(known).flatMap(([before, after]) => {
      const between = cells.slice(before.index + 1, after.index);
      const kinds = between.map((id) => readings.get(id)?.kind);
      const isGivenUp = kinds.filter((kind) => kind === 'tried').length >= MOST_TRIED;
      if (isGivenUp || kinds.includes('pending')) return [];
      const unread = between.filter((id) => !readings.has(id));
      return unread.length === 0 ? [] : [unread];
    }),
  );
  const count = Math.max(1, Math.min(MOST_CUTS, Math.floor(atOnce / Math.max(1, open.length))));
  return open.flatMap((unread) => spread(unread, count));
}

/** Picks items at even distances from each other and from the ends. */
function spread<T>(all: readonly T[], count: number): readonly T[] {
  if (all.length <= count) return all;
  return Array.from(
    { length: count },
    (_, nth) => all[Math.floor(((nth + 1) * all.length) / (count + 1))],
  ).flatMap((one) => (one === undefined ? [] : [one]));
}

/** Chooses ends that are only inferred, newest first, while checking them is cheap. */
function checks(views: readonly View[], readings: Readings, atOnce: number): readonly CellId[] {
  const used = views
    .flatMap(({ cells }) => cells)
    .filter((id) => ['known', 'tried'].includes(readings.get(id)?.kind ?? '')).length;
  return views
    .toReversed()
    .flatMap(({ cells }) => asked(lastOf(cells, readings)))
    .slice(0, Math.max(0, Math.min(atOnce, CHECK_UP_TO - used)));
}
