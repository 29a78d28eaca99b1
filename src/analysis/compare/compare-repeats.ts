import type { CellDifference, Difference, Repeat } from '../../domain/measurement/repeats.ts';
import type { Slope } from '../../domain/measurement/verdict.ts';
import { booksPerSlot } from '../growth.ts';
import { differenceOf, meanOf, type Readings, type Threshold } from './difference.ts';

/** Containers of each cell that a comparison needs. */
const FEWEST_REPEATS = 2;

/** Half of a 99 % interval in standard errors of a slope. */
const ERRORS = 2.8;
/** Tables whose rates differ by less than this share took the same steps: a different phase does not count. */
const SAME_TABLE = 0.03;
/** Error of a rate over the steps of a table that doubles, as a share of it. */
const VAGUE = 0.4;
/**
 * Largest difference of the iterations that containers reached, as a share, at which their resident memory is
 * compared.
 */
const SAME_REACH = 0.25;

/**
 * Compares two cells by what their containers showed. Null where either has too few.
 * @param group the containers of all cells that were measured in turns, those of the two among them
 */
export function compareRepeats(
  base: readonly Repeat[],
  other: readonly Repeat[],
  group: readonly (readonly Repeat[])[],
): CellDifference | null {
  if (base.length < FEWEST_REPEATS || other.length < FEWEST_REPEATS) return null;
  const rest = group.filter(
    (repeats) => repeats !== base && repeats !== other && repeats.length >= FEWEST_REPEATS,
  );
  const read = (
    from: (repeats: readonly Repeat[]) => Readings,
    threshold: Threshold,
    systematic = 0,
  ): Difference => differenceOf(from(base), from(other), rest.map(from), threshold, systematic);
  const books = booksOf([...base, ...other]);
  const bytesOf = bytesBut(books);
  const rate = Math.max(...[base, other].map((repeats) => Math.abs(meanOf(bytesOf(repeats).values))));
  const relative = read(timeOf, TIME);
  return {
    bytes: read(bytesOf, bytesThreshold(rate), tableDoubt(base, other)),
    slots: read(slotsOf, SLOTS),
    time: {
      ...relative,
      value: shareOf(relative.value),
      low: shareOf(relative.low),
      high: shareOf(relative.high),
    },
    resident: comesAsFar(base, other) ? residentDifference(base, other, rest) : null,
    iterations: Math.min(...[...base, ...other].map(({ iterations }) => iterations)),
  };
}

/** Thresholds of live bytes per iteration. */
export const bytesThreshold = (rate: number): Threshold => ({
  least: 0.1,
  negligible: Math.max(0.5, 0.02 * rate),
});
export const SLOTS: Threshold = { least: 0.001, negligible: 0.02 };
/** Thresholds of the logarithm of the time: shares. */
const TIME: Threshold = { least: 0.02, negligible: 0.1 };
const MEGABYTE = 1e6;

const errorOf = (slopes: readonly Slope[]): number =>
  Math.sqrt(meanOf(slopes.map(({ low, high }) => ((high - low) / 2 / ERRORS) ** 2)));

/** Reads all bytes that stay, tables included, without the collector's bookkeeping. */
const bytesBut =
  (books: number) =>
  (repeats: readonly Repeat[]): Readings => ({
    values: repeats.map(
      ({ bytes, tableBytes, slots }) =>
        bytes.perIteration + tableBytes - books * Math.max(0, slots.perIteration),
    ),
    error: errorOf(repeats.map(({ bytes }) => bytes)),
  });

/**
 * Estimates the collector's bookkeeping per slot from containers in which nothing else stays; 0 where there
 * are none. The rate of a leak of objects leaves it out, so a difference has to as well.
 */
function booksOf(repeats: readonly Repeat[]): number {
  const known = repeats.flatMap(({ bytes, slots, slotBytes, blocks }) => {
    if (slots.low <= 0) return [];
    const kept = {
      keptBytes: bytes.perIteration,
      slotBytes,
      slotCount: slots.perIteration,
      blockCount: blocks,
    };
    return booksPerSlot(kept) ?? [];
  });
  return known.length === 0 ? 0 : meanOf(known);
}

const slotsOf = (repeats: readonly Repeat[]): Readings => ({
  values: repeats.map(({ slots }) => slots.perIteration),
  error: errorOf(repeats.map(({ slots }) => slots)),
});

/** Takes times as logarithms, since they vary in proportion to themselves. */
const timeOf = (repeats: readonly Repeat[]): Readings => ({
  values: repeats.map(({ microseconds }) => Math.log(Math.max(microseconds, 1e-6))),
  error: 0,
});

const shareOf = (logarithm: number): number => Math.expm1(Math.min(50, logarithm));

/**
 * Estimates the error of the difference of two tables, since the growth of each depends on where its last
 * step fell. Tables of the same size take the same steps, so only their difference counts.
 */
function tableDoubt(base: readonly Repeat[], other: readonly Repeat[]): number {
  const [a, b] = [base, other].map((repeats) => meanOf(repeats.map(({ tableBytes }) => tableBytes)));
  if (a === undefined || b === undefined) return 0;
  const difference = Math.abs(a - b);
  const most = Math.max(Math.abs(a), Math.abs(b));
  return VAGUE * (difference <= SAME_TABLE * most ? difference : most);
}

function comesAsFar(base: readonly Repeat[], other: readonly Repeat[]): boolean {
  const all = [...base, ...other].map(({ iterations }) => iterations);
  return Math.min(...all) >= (1 - SAME_REACH) * Math.max(...all);
}

function residentDifference(
  base: readonly Repeat[],
  other: readonly Repeat[],
  rest: readonly (readonly Repeat[])[],
): Difference | null {
  const readings = [base, other].map(residentOf);
  const [a, b] = readings;
  if (a === undefined || b === undefined || readings.some(({ values }) => values.length < FEWEST_REPEATS))
    return null;
  const level = Math.max(meanOf(a.values), meanOf(b.values));
  const threshold = { least: 0.25 * MEGABYTE, negligible: Math.max(MEGABYTE, 0.05 * level) };
  return differenceOf(
    a,
    b,
    rest.map(residentOf).filter(({ values }) => values.length > 1),
    threshold,
  );
}

const residentOf = (repeats: readonly Repeat[]): Readings => ({
  values: repeats.flatMap(({ residentBytes }) => residentBytes ?? []),
  error: 0,
});
