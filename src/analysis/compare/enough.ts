import type { Difference, Repeat } from '../../domain/measurement/repeats.ts';
import { compareRepeats } from './compare-repeats.ts';

/** Degrees of freedom below which nothing is said of a difference, and containers of a cell at most, by how many cells there are. */
const FEWEST_FREEDOM = 4;
const mostRounds = (cells: number): number => (cells <= 2 ? 5 : cells <= 4 ? 4 : 3);
/** An interval of the time this narrow, either way, is worth no further container. */
const NARROW = 0.06;

/**
 * Returns whether the cells of a comparison have been measured often enough: every difference from the base is
 * settled, or more containers would not pay.
 * @param cells containers of each cell, the base first; each has had its turn in every round
 */
export function isEnough(cells: readonly (readonly Repeat[])[]): boolean {
  const rounds = Math.max(0, ...cells.map((repeats) => repeats.length));
  if (rounds >= mostRounds(cells.length)) return true;
  const freedom = cells.reduce((sum, repeats) => sum + Math.max(0, repeats.length - 1), 0);
  if (freedom < FEWEST_FREEDOM) return false;
  const [base, ...others] = cells;
  if (base === undefined) return true;
  return others.every((other) => {
    const found = compareRepeats(base, other, cells);
    return found === null || (isSettled(found.bytes) && (isSettled(found.time) || isNarrow(found.time)));
  });
}

const isSettled = ({ certainty }: Difference): boolean => certainty !== 'open';

const isNarrow = ({ low, high }: Difference): boolean => high - low <= 2 * NARROW;
