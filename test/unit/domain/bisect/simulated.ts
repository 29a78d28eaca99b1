import { cellId, type CellId } from '../../../../src/domain/cell/cell-id.ts';
import { changesOf, statesOf, type Change, type CellState } from '../../../../src/domain/bisect/inferred.ts';
import { nextCells } from '../../../../src/domain/bisect/next-cells.ts';
import { FAILS, type Reading, type Readings } from '../../../../src/domain/bisect/readings.ts';
import { tracksOf, type Track } from '../../../../src/domain/bisect/track.ts';
import { loadMatrix } from '../../../../src/store/matrix/matrix-file.ts';
import { expected, loadTruth, type Case } from '../../../truth.ts';

const path = (name: string): string => new URL(`../../../../${name}`, import.meta.url).pathname;

const matrix = await loadMatrix(path('matrix.yaml'));
if (!matrix.ok) throw new Error(matrix.message);
/** Every release of the matrix. */
export const RELEASES: readonly CellId[] = matrix.value.rubies
  .map(({ name }) => cellId(name))
  .filter((name) => /^\d+\.\d+\.\d+$/.test(name));

export const CASES: readonly Case[] = await loadTruth(path('test/corpus'));

/** Looks up the known result of a case on every release. */
export const truthOf = (one: Case, releases: readonly CellId[] = RELEASES): ReadonlyMap<CellId, string> =>
  new Map(releases.map((id) => [id, expected(one, id) ?? FAILS]));

export const trackOf = (releases: readonly CellId[] = RELEASES): Track => {
  const [track] = tracksOf(releases, null);
  if (track === undefined) throw new Error('no releases');
  return track;
};

export interface Searched {
  readonly asked: readonly CellId[];
  readonly rounds: number;
  readonly states: readonly CellState[];
  readonly changes: readonly Change[];
}

/** Searches as the scheduler does, with these answers. */
export function search(
  track: Track,
  answer: (id: CellId) => Reading,
  atOnce = 2,
  before: Readings = new Map(),
): Searched {
  const readings = new Map(before);
  const asked: CellId[] = [];
  let rounds = 0;
  for (let next = nextCells(track, readings, atOnce); next.length > 0;) {
    rounds += 1;
    asked.push(...next);
    for (const id of next) readings.set(id, answer(id));
    next = nextCells(track, readings, atOnce);
  }
  return { asked, rounds, states: statesOf(track, readings, true), changes: changesOf(track, readings) };
}

/** Makes pseudo-random numbers from 0 to 1, the same for the same seed. */
export function randomness(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN;

export const inWords = ({ series, before, after }: Change): string =>
  `${series}: ${before.state} until ${before.id}, ${after.state} from ${after.id}`;
