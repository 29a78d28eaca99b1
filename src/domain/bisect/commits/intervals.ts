import type { Reading } from '../readings.ts';
import { ancestorsOf, type Parents } from './ancestors.ts';

/** Gives what is known of a commit, by its place; undefined: it was not measured. */
export type ReadingOf = (place: number) => Reading | undefined;

/** A commit whose state is known. */
export interface KnownCommit {
  readonly place: number;
  readonly state: string;
}

/** Commits among which a state began: it is in `after`, and not yet in `before`. */
export interface Interval {
  readonly before: KnownCommit;
  readonly after: KnownCommit;
  /** Those in between, of which nothing is known. */
  readonly between: readonly number[];
}

/**
 * Finds every interval in which the state changes: a commit whose state none of its nearest known ancestors
 * has, and the commits in between. Commits before a known ancestor have its state, so they are left out.
 */
export function intervalsIn(parents: Parents, readingOf: ReadingOf): readonly Interval[] {
  const found: Interval[] = [];
  for (const [place] of parents.entries()) {
    const state = stateAt(place, readingOf);
    if (state === null || place === 0) continue;
    const { nearest, between } = nearestKnown(place, parents, readingOf);
    const [first] = nearest.toSorted((a, b) => b.place - a.place);
    if (first === undefined || nearest.some((one) => one.state === state)) continue;
    const earlier = ancestorsOf(
      nearest.map((one) => one.place),
      parents,
    );
    const left = between.filter((one) => !earlier.has(one)).toSorted((a, b) => a - b);
    found.push({ before: first, after: { place, state }, between: left });
  }
  return found;
}

/** Finds the nearest ancestors whose state is known, and the commits on the way to them. */
function nearestKnown(
  place: number,
  parents: Parents,
  readingOf: ReadingOf,
): { readonly nearest: readonly KnownCommit[]; readonly between: readonly number[] } {
  const seen = new Set<number>();
  const nearest: KnownCommit[] = [];
  const between: number[] = [];
  const waiting = [...(parents[place] ?? [])];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    const state = stateAt(next, readingOf);
    if (state !== null) nearest.push({ place: next, state });
    else {
      between.push(next);
      waiting.push(...(parents[next] ?? []));
    }
  }
  return { nearest, between };
}

function stateAt(place: number, readingOf: ReadingOf): string | null {
  const reading = readingOf(place);
  return reading?.kind === 'known' ? reading.state : null;
}
