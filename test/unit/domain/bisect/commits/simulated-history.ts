import { ancestorsOf, type Parents } from '../../../../../src/domain/bisect/commits/ancestors.ts';
import { intervalsIn, type Interval } from '../../../../../src/domain/bisect/commits/intervals.ts';
import { nextCommits, type History } from '../../../../../src/domain/bisect/commits/next-commits.ts';
import type { Reading } from '../../../../../src/domain/bisect/readings.ts';

/** Returns commits one after the other; the first and the last are the ends. */
export const line = (length: number): History => ({
  parents: Array.from({ length }, (_, place) => (place === 0 ? [] : [place - 1])),
  ends: { from: 0, to: length - 1 },
});

/**
 * Returns a history as teams make them: a trunk, and branches that leave it and are merged some commits later.
 * @param random from 0 to 1
 */
export function teamHistory(length: number, random: () => number): History {
  const parents: number[][] = [[]];
  let trunk = 0;
  const branches: number[] = [];
  while (parents.length < length - 1) {
    const dice = random();
    const at = Math.floor(random() * branches.length);
    if (dice < 0.15) {
      parents.push([trunk]);
      branches.push(parents.length - 1);
    } else if (dice < 0.55 && branches.length > 0) {
      parents.push([branches[at] ?? 0]);
      branches[at] = parents.length - 1;
    } else if (dice < 0.7 && branches.length > 0) {
      parents.push([trunk, branches[at] ?? 0]);
      branches.splice(at, 1);
      trunk = parents.length - 1;
    } else {
      parents.push([trunk]);
      trunk = parents.length - 1;
    }
  }
  parents.push([...new Set([trunk, ...branches])]);
  return { parents, ends: { from: 0, to: parents.length - 1 } };
}

export interface Searched {
  readonly asked: readonly number[];
  readonly found: readonly Interval[];
}

/** Searches as the scheduler does, with these answers. */
export function search(history: History, answer: (place: number) => Reading, atOnce = 1): Searched {
  const readings = new Map<number, Reading>();
  const readingOf = (place: number): Reading | undefined => readings.get(place);
  const asked: number[] = [];
  for (let next = nextCommits(history, readingOf, atOnce); next.length > 0;) {
    asked.push(...next);
    for (const place of next) readings.set(place, answer(place));
    next = nextCommits(history, readingOf, atOnce);
  }
  return { asked, found: intervalsIn(history.parents, readingOf) };
}

/** Returns the answers of a history in which these commits changed the state, for themselves and all that has them. */
export function withChanges(
  parents: Parents,
  changes: Readonly<Record<number, string>>,
): (place: number) => Reading {
  return (place) => {
    const has = ancestorsOf([place], parents);
    const last = Object.keys(changes)
      .map(Number)
      .toSorted((a, b) => b - a)
      .find((at) => has.has(at));
    return { kind: 'known', state: last === undefined ? 'clean' : (changes[last] ?? 'clean') };
  };
}

/** `clean until 3, leak 0 from 4`, and what is in between. */
export const inWords = ({ before, after, between }: Interval): string =>
  `${before.state} until ${before.place}, ${after.state} from ${after.place}` +
  (between.length === 0 ? '' : `, not known: ${between.join(' ')}`);
