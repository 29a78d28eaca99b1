import type { Certainty, Difference } from '../../domain/measurement/repeats.ts';
import type { Slope } from '../../domain/measurement/verdict.ts';
import { t995 } from '../series/trend.ts';

/** What the containers of one cell showed of one quantity. */
export interface Readings {
  readonly values: readonly number[];
  /** Standard error of a single reading; containers scatter at least by that. */
  readonly error: number;
}

/** Sizes at which a difference counts. */
export interface Threshold {
  /** Smallest difference that is reported. */
  readonly least: number;
  /** Largest difference that does not matter. */
  readonly negligible: number;
}

/** A difference is certain when it is this many times as large as half of its 99 % interval. */
const CERTAIN = 1.5;
/** A pair whose variance is more than this multiple of the others' is not pooled with them. */
const UNLIKE = 1.5;
/** Factor that widens intervals because a comparison may stop after any round. */
const LOOKS = 1.35;

/**
 * Calculates how much more `other` has than `base`, with a 99 % interval. The interval comes from how much
 * containers vary: in this pair, or, where they vary alike, in all cells that ran in turns with it, so that
 * few containers of each are enough.
 * @param rest the other cells of the comparison
 * @param systematic largest error that all containers may share, either way
 */
export function differenceOf(
  base: Readings,
  other: Readings,
  rest: readonly Readings[],
  { least, negligible }: Threshold,
  systematic = 0,
): Difference {
  const value = meanOf(other.values) - meanOf(base.values);
  const half = halfWidth(base, other, rest) + systematic;
  const certainty = certaintyOf(value, half, least, negligible);
  return { value, low: value - half, high: value + half, certainty };
}

/** Calculates the difference of two figures that have intervals of their own, and of which there is one each. */
export function differenceOfSlopes(base: Slope, other: Slope, { least, negligible }: Threshold): Difference {
  const value = other.perIteration - base.perIteration;
  const half = Math.hypot(...[base, other].map(({ low, high }) => (high - low) / 2));
  return {
    value,
    low: value - half,
    high: value + half,
    certainty: certaintyOf(value, half, least, negligible),
  };
}

function certaintyOf(value: number, half: number, least: number, negligible: number): Certainty {
  if (Math.abs(value) >= least && Math.abs(value) > CERTAIN * half) return 'differs';
  return Math.abs(value) + half <= negligible ? 'same' : 'open';
}

function halfWidth(base: Readings, other: Readings, rest: readonly Readings[]): number {
  const [a, b] = [spreadOf(base), spreadOf(other)];
  const others = pooled(rest);
  const isAlike = Math.max(a.variance, b.variance) <= UNLIKE * others.variance;
  const common = pooled([base, other, ...rest]);
  const varianceOfMean = ({ values, error }: Readings, own: Spread): number =>
    Math.max(own.variance, isAlike ? common.variance : 0, error ** 2) / values.length;
  const freedom = isAlike ? common.freedom : welch(a, b);
  return freedom < 1
    ? Infinity
    : LOOKS * t995(freedom) * Math.sqrt(varianceOfMean(base, a) + varianceOfMean(other, b));
}

interface Spread {
  readonly variance: number;
  readonly freedom: number;
}

/** Measures the spread of one cell's containers about their mean. */
const spreadOf = ({ values }: Readings): Spread => ({
  variance: varianceOf(values),
  freedom: values.length - 1,
});

/** Pools the spread of several cells. */
function pooled(group: readonly Readings[]): Spread {
  const all = group.map(spreadOf);
  const freedom = all.reduce((sum, one) => sum + one.freedom, 0);
  const squares = all.reduce((sum, one) => sum + one.variance * one.freedom, 0);
  return { variance: freedom === 0 ? 0 : squares / freedom, freedom };
}

/** Calculates Welch's degrees of freedom of a pair: fewer where one varies much more than the other. */
function welch(a: Spread, b: Spread): number {
  const below = a.variance ** 2 / Math.max(1, a.freedom) + b.variance ** 2 / Math.max(1, b.freedom);
  return below === 0
    ? a.freedom + b.freedom
    : Math.max(1, Math.floor((a.variance + b.variance) ** 2 / below));
}

/** Calculates the mean. */
export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

function varianceOf(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
