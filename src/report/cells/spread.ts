import type { Slope } from '../../domain/measurement/verdict.ts';
import { formatRate } from '../text/format-number.ts';

/** Rates this close are shown as one number even where their intervals do not meet. */
const ONE_NUMBER_SHARE = 0.01;

/** Formats slopes as one number where they nearly agree, as a range (`60–65`) where they do not. */
export function spread(slopes: readonly Slope[]): string {
  const sorted = slopes.map((slope) => slope.perIteration).toSorted((a, b) => a - b);
  const [least, most] = [sorted[0] ?? NaN, sorted.at(-1) ?? NaN];
  const agree =
    Math.max(...slopes.map((slope) => slope.low)) <= Math.min(...slopes.map((slope) => slope.high));
  const near = most - least <= ONE_NUMBER_SHARE * Math.abs(most);
  if (agree || near || formatRate(least) === formatRate(most)) {
    return formatRate(sorted[Math.floor(sorted.length / 2)] ?? NaN);
  }
  return `${formatRate(least)}–${formatRate(most)}`;
}
