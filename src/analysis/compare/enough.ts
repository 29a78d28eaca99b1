import type { Difference, Repeat } from '../../domain/measurement/repeats.ts';
import { compareRepeats } from './compare-repeats.ts';

/** Fewest containers of each cell for a comparison; the most depends on the number of cells. */
const FEWEST_ROUNDS = 3;
const mostRounds = (cells: number): number => (cells <= 2 ? 5 : cells <= 4 ? 4 : 3);

/**
 * Tells whether the cells of a comparison have been measured often enough: every difference from the base is
 * settled, or more containers would not help.
 * @param cells containers of each cell, the base first; each has run in every round
 */
export function isEnough(cells: readonly (readonly Repeat[])[]): boolean {
  const rounds = Math.max(0, ...cells.map((repeats) => repeats.length));
  if (rounds >= mostRounds(cells.length)) return true;
  if (rounds < FEWEST_ROUNDS) return false;
  const [base, ...others] = cells;
  if (base === undefined) return true;
  return others.every((other) => {
    const found = compareRepeats(base, other, cells);
    return found === null || (isSettled(found.bytes) && !mayBe(found.time));
  });
}

const isSettled = ({ certainty }: Difference): boolean => certainty !== 'open';

/** Tells whether there seems to be a difference that is not certain yet: a few more containers will show. */
const mayBe = ({ value, low, high, certainty }: Difference): boolean =>
  certainty === 'open' && 2 * Math.abs(value) > (value < 0 ? value - low : high - value);
