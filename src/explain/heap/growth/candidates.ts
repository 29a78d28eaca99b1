import type { NewObjects, GrowingObjects } from './groups.ts';

/** Share of the sum below which a candidate is left out. */
const LEAST_SHARE = 0.01;
const MOST_FINDINGS = 12;

/** Iterations between the dumps. */
export interface Windows {
  readonly first: number;
  readonly second: number;
}

/** A finding before its place and its retainers are known. */
export interface Candidate {
  readonly group: NewObjects | GrowingObjects;
  readonly objectsPerIteration: number;
  readonly bytesPerIteration: number;
  readonly memsizePerIteration: number;
}

/**
 * Tells whether as many objects per iteration stay in both windows: leftovers of one window do not count, an
 * object on each thousandth iteration does. The tolerance is wide, and wider for few objects.
 */
function isSteady({ first, second }: NewObjects, windows: Windows): boolean {
  if (first < 2 || second < 2) return false;
  const expected = (first * windows.second) / windows.first;
  return second >= expected / 2 - 2 && second <= expected * 2 + 2;
}

/** Collects what grows with the iterations, the largest first, without what hardly counts. */
export function candidatesOf(
  groups: readonly NewObjects[],
  growing: readonly GrowingObjects[],
  windows: Windows,
): readonly Candidate[] {
  const iterations = windows.first + windows.second;
  const all = [
    ...groups
      .filter((group) => isSteady(group, windows))
      .map((group) => ({
        group,
        objectsPerIteration: (group.first + group.second) / iterations,
        bytesPerIteration: group.slotBytes / iterations,
        memsizePerIteration: group.memsize / iterations,
      })),
    ...growing.map((group) => {
      const bytes = group.growth / iterations;
      return { group, objectsPerIteration: 0, bytesPerIteration: bytes, memsizePerIteration: bytes };
    }),
  ];
  const sum = all.reduce((total, { memsizePerIteration }) => total + memsizePerIteration, 0);
  return all
    .filter(({ memsizePerIteration }) => memsizePerIteration >= sum * LEAST_SHARE)
    .sort((a, b) => b.memsizePerIteration - a.memsizePerIteration)
    .slice(0, MOST_FINDINGS);
}
