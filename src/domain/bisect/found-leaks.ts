import type { FoundLeak, Transition } from './bisect-record.ts';
import { changesOf, type CellState, type Change } from './inferred.ts';
import { CLEAN, type Readings } from './readings.ts';
import { reportedSlope } from '../run/leak-groups.ts';
import type { Known } from './subjects.ts';
import type { CellId } from '../cell/cell-id.ts';
import type { Series, Track } from './track.ts';

/** Collects the leaks of a track, each with what its cells have in common. */
export function foundLeaks(
  track: Track,
  readings: Readings,
  found: { readonly leaks: Known['leaks']; readonly states: readonly CellState[] },
): readonly FoundLeak[] {
  const states = new Map(found.states.map(({ cell, state }) => [cell, state]));
  const changes = changesOf(track, readings);
  return found.leaks.map((group, place): FoundLeak => {
    const state = `leak ${place}`;
    const isFixed = changes.some(({ before, after }) => before.state === state && after.state === CLEAN);
    const having = track.series.filter(({ cells }) => {
      const last = cells.findLast((cell) => (states.get(cell) ?? null) !== null);
      return last !== undefined && states.get(last) === state;
    });
    const isKnown = ({ cells }: Series): boolean => states.get(cells.at(-1) as CellId) === state;
    return {
      ...leakOf(group),
      neverFixedIn: isFixed ? having.filter(isKnown).map(({ name }) => name) : [],
      notKnownIn: isFixed ? having.filter((one) => !isKnown(one)).map(({ name }) => name) : [],
    };
  });
}

/** Returns what the cells that have a leak have in common. */
export function leakOf(group: Known['leaks'][number]): Omit<FoundLeak, 'neverFixedIn' | 'notKnownIn'> {
  const hasRate = group.every(({ code }) => code !== 'leak-steps' && code !== 'leak-slowing');
  const meanOf = (numbers: readonly number[]): number | null => (hasRate ? mean(numbers) : null);
  return {
    cause: group[0]?.cause ?? null,
    bytesPerIteration: meanOf(group.flatMap((one) => reportedSlope(one)?.perIteration ?? [])),
    slotsPerIteration: meanOf(group.flatMap(({ growth }) => growth?.liveSlots.perIteration ?? [])),
    cells: group.map(({ cell }) => cell),
  };
}

const mean = (numbers: readonly number[]): number | null =>
  numbers.length === 0 ? null : numbers.reduce((sum, one) => sum + one, 0) / numbers.length;

/** Lists where leaks came and went. */
export const transitionsOf = (track: Track, readings: Readings): readonly Transition[] =>
  changesOf(track, readings).map(transitionOf);

/** Puts a change of state into the words of a leak. */
export function transitionOf({
  series,
  before,
  after,
  unknown,
}: Pick<Change, 'series' | 'unknown'> & {
  readonly [K in 'before' | 'after']: Pick<Change[K], 'id' | 'state'>;
}): Transition {
  const comes = after.state !== CLEAN;
  const goes = before.state !== CLEAN;
  const leak = placeOf(comes ? after.state : before.state);
  return {
    kind: comes && goes ? 'changed' : comes ? 'introduced' : 'fixed',
    series,
    from: before.id,
    to: after.id,
    leak,
    instead: comes && goes ? placeOf(before.state) : null,
    lastWithout: comes ? before.id : null,
    firstWith: comes ? after.id : null,
    lastWith: goes ? before.id : null,
    firstWithout: goes ? after.id : null,
    unknown,
    commits: [],
  };
}

const placeOf = (state: string): number => Number(state.replace(/\D+/, ''));
