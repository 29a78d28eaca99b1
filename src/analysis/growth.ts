import type { Repeat } from '../domain/measurement/repeats.ts';
import type { BlockHistogram, Sample } from '../domain/measurement/sample.ts';
import type { BlockSizeGrowth } from '../domain/run/record.ts';
import type { Growth, Slope } from '../domain/measurement/verdict.ts';
import {
  between,
  judgedPart,
  lastIteration,
  seriesOf,
  type Series,
  type SeriesName,
} from './series/series.ts';
import { shareRising, staircaseOf } from './series/shape.ts';
import { fewLarge, largeRate, splitBySize, type SizeClasses } from './series/tables.ts';
import { trendOf, type Trend } from './series/trend.ts';

type Unit = Slope['unit'];

function trendOver(window: Series, grain: number): Trend | null {
  const trends = (['mean', 'lowest', 'highest'] as const)
    .map((pick) => trendOf(window, pick, grain))
    .filter((one) => one !== null);
  return trends.sort((a, b) => a.high - a.low - (b.high - b.low))[0] ?? null;
}

const BYTES_GRAIN = 48;
const HALF = 1 / 2;
/** Fewest readings of the second half that can be fitted. */
const FEWEST = 4;

function slopeOf(samples: readonly Sample[], name: SeriesName, unit: Unit, from: number): Slope | null {
  const series = seriesOf(samples, name);
  const last = lastIteration(series);
  const window = from === HALF ? judgedPart(series, FEWEST) : between(series, last * from, last);
  const trend = trendOver(window, unit === 'bytes' ? BYTES_GRAIN : 1);
  return trend === null ? null : asSlope(trend, unit);
}

const asSlope = ({ slope, low, high }: Trend, unit: Unit): Slope => ({
  perIteration: slope,
  low,
  high,
  unit,
});

const NONE = (unit: Unit): Slope => ({ perIteration: 0, low: 0, high: 0, unit });

/** Most blocks and bytes of the collector's bookkeeping (a page's bitmaps) per slot. */
const BOOKS_BLOCKS = 0.004;
const BOOKS_BYTES = 2;

/** Removes the collector's bookkeeping for kept slots from what stays per iteration. */
function withoutBooks(
  kept: Slope,
  slots: Slope | null,
  liveSlots: Slope | null,
  blocks: Slope | null,
): Slope {
  if (slots === null || liveSlots === null || blocks === null || slots.low <= 0) return kept;
  const rates = [kept, slots, liveSlots, blocks].map(({ perIteration }) => perIteration);
  const [keptBytes = 0, slotBytes = 0, slotCount = 0, blockCount = 0] = rates;
  return booksPerSlot({ keptBytes, slotBytes, slotCount, blockCount }) === null ? kept : slots;
}

/** What grows per iteration. */
interface Kept {
  readonly keptBytes: number;
  readonly slotBytes: number;
  readonly slotCount: number;
  readonly blockCount: number;
}

/**
 * Calculates the bytes of the collector's bookkeeping per slot, where nothing else stays; null where
 * something does.
 */
export function booksPerSlot({ keptBytes, slotBytes, slotCount, blockCount }: Kept): number | null {
  const perSlot = (keptBytes - slotBytes) / Math.max(slotCount, 1e-9);
  const blocksPerSlot = blockCount / Math.max(slotCount, 1e-9);
  return perSlot >= 0 && perSlot <= BOOKS_BYTES && blocksPerSlot <= BOOKS_BLOCKS ? perSlot : null;
}

/** Growth of small blocks, as a share of that of a table, below which the table itself is the leak. */
const BESIDE = 0.25;

interface Beside {
  /** What stays per iteration, without the table. */
  readonly rest: Slope;
  /** Bytes per iteration that the table has gained on average. */
  readonly table: number;
}

/**
 * Separates a table from growth beside it. Where few large blocks replace each other (a table that doubles,
 * an array that is appended to) beside other growth, the table's steps would make the line through all live
 * bytes vague.
 */
function besideTable(samples: readonly Sample[]): Beside | null {
  const parts = splitBySize(samples);
  if (parts === null || !fewLarge(samples)) return null;
  const table = largeRate(parts);
  const rest = besideLarge(samples, parts);
  if (rest === null || rest.low <= 0 || table <= 0 || rest.perIteration < BESIDE * table) return null;
  return { rest, table };
}

/** Fits what stays in slots and small blocks. */
function besideLarge(samples: readonly Sample[], { small }: SizeClasses): Slope | null {
  const slots = seriesOf(samples, 'slots');
  const kept = small.map(({ x, y }, i) => ({ x, y: y + (slots[i]?.y ?? 0) }));
  const trend = trendOver(judgedPart(kept, FEWEST), BYTES_GRAIN);
  return trend === null ? null : asSlope(trend, 'bytes');
}

/**
 * Calculates the bytes per iteration that a table beside the leak has gained on average; null where there is
 * none.
 */
export function tableBeside(samples: readonly Sample[]): number | null {
  const beside = besideTable(samples);
  return beside !== null && beside.table >= beside.rest.perIteration / 50 ? beside.table : null;
}

/**
 * Fits slopes of every series to the second half of the run (or from another share of it on). Null before
 * there is anything to fit. A table that doubles beside what is kept is left out; a series that only grows in
 * doubling steps is fitted over five octaves instead, with an interval as wide as its steps.
 */
export function growthOf(samples: readonly Sample[], from = HALF): Growth | null {
  const live = slopeOf(samples, 'live', 'bytes', from);
  if (live === null) return null;
  const slots = slopeOf(samples, 'slots', 'bytes', from);
  const blocks = slopeOf(samples, 'blocks', 'blocks', from);
  const liveSlots = slopeOf(samples, 'liveSlots', 'slots', from);
  const kept = besideTable(samples)?.rest ?? stepsOf(samples, slots?.perIteration ?? 0) ?? live;
  return {
    malloc: withoutBooks(kept, slots, liveSlots, blocks),
    blocks: blocks ?? NONE('blocks'),
    liveSlots: liveSlots ?? NONE('slots'),
    heap: slopeOf(samples, 'heap', 'bytes', from),
    rss: slopeOf(samples, 'rss', 'bytes', from),
    pss: slopeOf(samples, 'pss', 'bytes', from),
  };
}

/**
 * Fits the slopes by which cells are compared, always in the same way, whatever the verdict: small blocks and
 * slots by a line through the second half, tables that double by their growth over their last steps. Null for
 * too few samples.
 */
export function slopesOf(
  samples: readonly Sample[],
): Omit<Repeat, 'iterations' | 'microseconds' | 'residentBytes'> | null {
  const slots = slopeOf(samples, 'slots', 'bytes', HALF);
  const blocks = slopeOf(samples, 'blocks', 'blocks', HALF);
  const liveSlots = slopeOf(samples, 'liveSlots', 'slots', HALF);
  const parts = splitBySize(samples);
  const hasTable = parts !== null && fewLarge(samples);
  const kept = hasTable ? besideLarge(samples, parts) : slopeOf(samples, 'live', 'bytes', HALF);
  if (kept === null || liveSlots === null) return null;
  return {
    bytes: kept,
    tableBytes: hasTable ? Math.max(0, largeRate(parts)) : 0,
    slots: liveSlots,
    slotBytes: slots?.perIteration ?? 0,
    blocks: blocks?.perIteration ?? 0,
  };
}

/**
 * Calculates the rate of malloc bytes that grow in doubling steps, plus the slots' slope; null where they
 * don't.
 */
function stepsOf(samples: readonly Sample[], slots: number): Slope | null {
  const malloc = seriesOf(samples, 'malloc');
  const last = lastIteration(malloc);
  const stairs = staircaseOf(malloc);
  if (stairs === null || shareRising(between(malloc, last / 2, last)) >= 0.75) return null;
  return {
    perIteration: stairs.slope + slots,
    low: stairs.low + slots,
    high: stairs.high + slots,
    unit: 'bytes',
  };
}

/** Share of the iterations of a run from which a histogram is too late to be compared with the last one. */
const TOO_LATE = 3 / 4;

/** Finds the histogram from where growth is judged, so that sizes add up to the slope. */
function nearestTo(iterations: number, histograms: readonly BlockHistogram[]): BlockHistogram | undefined {
  const off = (one: BlockHistogram): number => Math.abs(one.iterations - iterations);
  const [nearest] = histograms
    .filter((one) => one.iterations <= 2 * TOO_LATE * iterations)
    .toSorted((a, b) => off(a) - off(b));
  return nearest;
}

/**
 * Lists the block sizes whose number grows between the last histogram and the one nearest to half as many
 * iterations, the largest share of bytes first. Sizes of less than a hundredth are left out.
 */
export function growingSizes(histograms: readonly BlockHistogram[]): readonly BlockSizeGrowth[] {
  const last = histograms.at(-1);
  const earlier = last && nearestTo(last.iterations / 2, histograms);
  if (last === undefined || earlier === undefined || last.iterations === earlier.iterations) return [];
  const before = new Map(earlier.sizes);
  const grown = last.sizes
    .map(([bytes, count]) => ({
      bytes,
      perIteration: (count - (before.get(bytes) ?? 0)) / (last.iterations - earlier.iterations),
    }))
    .filter(({ perIteration }) => perIteration > 0);
  const total = grown.reduce((sum, { bytes, perIteration }) => sum + bytes * perIteration, 0);
  return grown
    .filter(({ bytes, perIteration }) => bytes * perIteration > total / 100 && perIteration > 1e-4)
    .sort((a, b) => b.bytes * b.perIteration - a.bytes * a.perIteration)
    .slice(0, 8);
}
