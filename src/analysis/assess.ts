import { liveBytes, type Sample } from '../domain/measurement/sample.ts';
import { comparable } from './series/boundary.ts';
import { readOutside } from './outside.ts';
import { cleanBound, worthARate, type Policy } from './policy.ts';
import { countCreeps } from './series/creeping.ts';
import type { SeriesFinding } from './series/finding.ts';
import { iterationsStandingStill } from './series/standing-still.ts';
import { between, judgedPart, lastIteration, seriesOf, type Series } from './series/series.ts';
import {
  decays,
  isSteady,
  jumps,
  octaveLevels,
  setsIn,
  shareRising,
  stalls,
  staircaseOf,
} from './series/shape.ts';
import { maySlow, slowingOf } from './series/slowing.ts';
import { fewLarge, splitBySize } from './series/tables.ts';
import { leastSquares, trendOf, type Trend } from './series/trend.ts';

export interface Assessment {
  readonly iterations: number;
  /** Since the first checkpoint. */
  readonly seconds: number;
  /**
   * The part of them in which the script had a processor, or needed none. Checkpoints count for four times the loop at
   * most: while they crowd, as where a loop may end at any moment, a warm-up gets no further.
   */
  readonly ownSeconds: number;
  /** The part of them spent in the loop itself, without waiting for a processor. */
  readonly loopSeconds: number;
  readonly microsecondsPerIteration: number;
  /** Iterations up to now in which nothing at all moved. */
  readonly standingStill: number;
  readonly malloc: SeriesFinding;
  readonly slots: SeriesFinding;
  readonly outside: SeriesFinding;
  /** Growth of slots or blocks that slows down without ending. */
  readonly slowing: { readonly of: 'slots' | 'blocks'; readonly rates: readonly number[] } | null;
  /** Whether that may still show: then the loop is not called clean. */
  readonly maySlow: boolean;
}

/** How long the script was observed, and how long an iteration took. */
interface Pace {
  readonly seconds: number;
  /** Of an iteration, without waiting for a processor: a busy machine makes no leak smaller. */
  readonly ownMicroseconds: number;
  /** Malloc bytes that an iteration allocates, kept or not; 0 where they were not counted. */
  readonly churn: number;
  /** Iterations up to now in which nothing at all moved. */
  readonly standingStill: number;
}

const tightest = (trends: readonly [Trend, ...Trend[]]): Trend =>
  trends.reduce((best, one) => (one.high - one.low < best.high - best.low ? one : best));

/** Scatter about a line, as a share of its rise, below which the line is certain. */
const HARDLY = 0.02;

/**
 * Tells whether the readings can only come from a line: a narrow interval, hardly any scatter, a rise in
 * every step.
 */
function isExact(trend: Trend, window: Series): boolean {
  const { slope } = trend;
  if (!isSteady(trend, window)) return false;
  const rise = slope * ((window.at(-1)?.x ?? 0) - (window[0]?.x ?? 0));
  return (leastSquares(window)?.spread ?? Infinity) <= HARDLY * rise;
}

/** Assesses a series of bytes: the second half of the run is judged, the first is warm-up. */
function readSeries(
  series: Series,
  { seconds, ownMicroseconds, churn, standingStill }: Pace,
  policy: Policy,
): SeriesFinding {
  const last = lastIteration(series);
  const window = judgedPart(series, policy.fewestCheckpoints);
  const means = trendOf(window, 'mean');
  const lows = trendOf(window, 'lowest');
  const highs = trendOf(window, 'highest');
  if (means === null || lows === null || highs === null || window.length < policy.fewestCheckpoints) {
    return { kind: 'open', trend: null, bound: null, why: 'too few checkpoints' };
  }
  // Each bound holds by itself, since a leak raises the lowest and the highest readings alike: the tightest is
  // quoted. A leak has to show in the means and in the lowest readings.
  const upper = Math.max(0, Math.min(means.high, lows.high, highs.high));
  const quoted = tightest([means, lows, highs]);
  // With few iterations a fall may be scatter, just like a rise.
  const falls = last < policy.fewIterations && -quoted.slope * (last / 2) >= policy.leastGrowth;
  const bound = falls ? Math.max(upper, -quoted.low) : upper;
  const growth = Math.min(means.low, lows.low) * (last / 2);
  const rises = Math.min(means.low, lows.low) > 0 && shareRising(window) >= 0.75;
  const exact = quoted.slope >= policy.surelyWorth && isExact(quoted, window);
  const enough = growth >= (exact ? policy.leastExactGrowth : policy.leastGrowth);
  const grows = rises && enough && quoted.slope >= policy.leastRate;
  const slows = grows && (decays(window, policy.leastRatio) || stalls(window));
  if (grows && !slows && !setsIn(window)) return { kind: 'leak', trend: quoted, staircase: false, exact };
  if (rises && exact && !enough) return { kind: 'open', trend: quoted, bound, why: LITTLE_SO_FAR };
  // A cache that fills over many octaves rises like a staircase would, but without its steps.
  const staircase = slows && !jumps(window) ? null : staircaseOf(series);
  if (
    staircase !== null &&
    staircase.slope >= policy.leastRate &&
    staircase.slope * last >= (last < policy.manyForSteps ? policy.stepsOfFew : 4 * policy.leastGrowth)
  ) {
    return { kind: 'leak', trend: staircase, staircase: true, exact: false };
  }
  const fallen = -Math.max(means.high, lows.high) * (last / 2);
  if (fallen >= policy.leastGrowth && seconds < policy.fallingSeconds) {
    return { kind: 'open', trend: quoted, bound: null, why: 'it still falls, which may hide a leak' };
  }
  // The scatter of a heavy iteration hides a little growth, but not growth that exceeds it.
  const standsOut = rises && enough && quoted.low >= quoted.slope / 2;
  const limit = cleanBound(policy, seconds, ownMicroseconds, standsOut ? 0 : churn);
  // Growth that slows down and is below the limit already stays below it.
  if (grows && !(slows && bound < limit)) {
    const why = slows ? 'it grows, but slower and slower' : 'it grows faster and faster';
    return { kind: 'open', trend: quoted, bound, why };
  }
  const levels = octaveLevels(series, 2);
  const sinceOctave = ((levels[0] ?? 0) - (levels[1] ?? levels[0] ?? 0)) / (last / 2);
  // One block more in an earlier octave is no growth where nothing has moved since, for long.
  const stands = standingStill >= Math.max(policy.manyIterations / 2, last / 2);
  const octaveLimit = stands ? Math.max(limit, policy.stepBeforeStanding) : limit;
  if (bound < limit && sinceOctave < octaveLimit)
    return { kind: 'clean', trend: quoted, bound: Math.max(bound, 0) };
  const why = sinceOctave >= octaveLimit && bound < limit ? 'it has only just stopped growing' : SCATTER;
  return { kind: 'open', trend: quoted, bound: Math.max(bound, sinceOctave), why };
}

const SCATTER = 'its readings scatter too much';
const LITTLE_SO_FAR = 'it grows, but by little so far';

/**
 * Reopens a clean finding on bytes whose count grows in a line: no bound is small enough for growth that is certain.
 * Growth that no one would notice, by its bytes per iteration or per hour of looping, stays clean.
 */
function withoutCreeping(found: SeriesFinding, counts: Series, pace: Pace, policy: Policy): SeriesFinding {
  const isVague = found.kind === 'clean' || (found.kind === 'open' && found.why === SCATTER);
  if (!isVague || (found.trend?.slope ?? 0) < worthARate(policy, pace.ownMicroseconds)) return found;
  if (!countCreeps(counts, policy)) return found;
  return { kind: 'open', trend: found.trend, bound: found.bound, why: LITTLE_SO_FAR };
}

/** A count grows for certain when its readings are this close to a line and it has risen this much. */
const EXACT_SPREAD = 1.25;
const EXACT_RISE = 6;
const EXACT_READINGS = 6;

/**
 * Assesses live slots. In few, long iterations bytes are too coarse a measure, but slots are counted one by
 * one: one more after every iteration is not chance.
 */
function readSlots(samples: readonly Sample[], pace: Pace, policy: Policy): SeriesFinding {
  const counts = seriesOf(samples, 'liveSlots');
  const found = withoutCreeping(readSeries(seriesOf(samples, 'slots'), pace, policy), counts, pace, policy);
  const last = lastIteration(counts);
  if (found.kind === 'leak' || last >= policy.fewIterations) return found;
  const window = between(counts, last / 2, last);
  const line = leastSquares(window, 1);
  const bytes = trendOf(between(seriesOf(samples, 'slots'), last / 2, last), 'mean', SLOT_GRAIN);
  if (line === null || bytes === null || window.length < EXACT_READINGS) return found;
  const rise = line.slope * ((window.at(-1)?.x ?? 0) - (window[0]?.x ?? 0));
  const sure = line.spread <= EXACT_SPREAD && rise >= EXACT_RISE && rise >= 6 * line.spread;
  if (!sure || bytes.low <= 0 || bytes.slope < policy.surelyWorth || stalls(window)) return found;
  return { kind: 'leak', trend: bytes, staircase: false, exact: true };
}
const SLOT_GRAIN = 40;

/**
 * Assesses live malloc blocks as a whole and, where that is not certain, only the small ones, without the tables and
 * buffers that come and go beside them.
 */
function readMalloc(
  samples: readonly Sample[],
  pace: Pace,
  slots: SeriesFinding,
  policy: Policy,
): SeriesFinding {
  const bytes = sizedBySlots(readSeries(seriesOf(samples, 'malloc'), pace, policy), samples, slots);
  const all = withoutCreeping(bytes, seriesOf(samples, 'blocks'), pace, policy);
  if (all.kind === 'clean' || (all.kind === 'leak' && !all.staircase)) return all;
  const parts = splitBySize(samples);
  if (parts === null || !fewLarge(samples)) return all;
  const small = readSeries(parts.small, pace, policy);
  return small.kind === 'leak' && !small.staircase ? small : all;
}

/** Share of a staircase's rise that slots have to make up to be the entries of a table. */
const TABLE_OF_SLOTS = 0.2;

/**
 * Reopens the finding on a table to which no entries are added any more: it stops growing, too, even if its
 * last step came after them.
 */
function sizedBySlots(found: SeriesFinding, samples: readonly Sample[], slots: SeriesFinding): SeriesFinding {
  if (found.kind !== 'leak' || !found.staircase || slots.kind === 'leak') return found;
  const last = samples.at(-1);
  const first = last && samples.find(({ iterations }) => iterations >= last.iterations / 32);
  if (first === undefined || last === undefined) return found;
  const entries = last.slotBytes - first.slotBytes;
  if (entries < TABLE_OF_SLOTS * (last.mallocBytes - first.mallocBytes)) return found;
  const why = 'it grows in steps, but what it is a table of has stopped growing';
  return { kind: 'open', trend: found.trend, bound: null, why };
}

function churnOf(samples: readonly Sample[]): number {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.iterations <= first.iterations) return 0;
  const bytes = (last.allocatedBytes ?? 0) - (first.allocatedBytes ?? 0);
  return bytes / (last.iterations - first.iterations);
}

/**
 * Calculates the share of the time in which the script had a processor when it needed one: on a busy machine
 * a second counts less.
 */
function runningShare(samples: readonly Sample[]): number {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined || last.afterMs <= first.afterMs) return 1;
  const waited = (last.waitedMs ?? 0) - (first.waitedMs ?? 0);
  return Math.max(0.05, 1 - waited / (last.afterMs - first.afterMs));
}

/** Factor of the time in the loop beyond which time at checkpoints says nothing. */
const MOST_CHECKPOINTS = 4;

/** Assesses the samples of a stretch so far: every series by itself, then all together. */
export function assess(all: readonly Sample[], policy: Policy): Assessment {
  const samples = comparable(all);
  const last = samples.at(-1);
  const iterations = last?.iterations ?? 0;
  const loopMs = last?.loopMs ?? 0;
  const running = runningShare(samples);
  const loopSeconds = (loopMs * running) / 1000;
  const seconds = (last?.afterMs ?? 0) / 1000;
  const standingStill = iterationsStandingStill(samples);
  const pace: Pace = {
    churn: churnOf(samples),
    standingStill,
    seconds,
    ownMicroseconds: iterations > 0 ? (loopSeconds * 1e6) / iterations : 0,
  };
  const [slots, blocks] = [seriesOf(samples, 'liveSlots'), seriesOf(samples, 'blocks')];
  const slowing = (['slots', 'blocks'] as const)
    .map((of) => ({ of, found: slowingOf(of === 'slots' ? slots : blocks) }))
    .find(({ found }) => found !== null);
  const found = readSlots(samples, pace, policy);
  return {
    iterations,
    loopSeconds,
    seconds,
    ownSeconds: Math.min(seconds * running, (1 + MOST_CHECKPOINTS) * loopSeconds),
    microsecondsPerIteration: iterations > 0 ? (loopMs * 1e3) / iterations : 0,
    standingStill,
    malloc: readMalloc(samples, pace, found, policy),
    slots: found,
    outside: readOutside(samples, seconds, policy),
    slowing: slowing === undefined ? null : { of: slowing.of, rates: slowing.found?.rates ?? [] },
    maySlow: maySlow(slots) || maySlow(blocks),
  };
}

/** Tells whether memory fills so fast that a longer run would not fit into it. */
export function fills(
  seen: Assessment,
  samples: readonly Sample[],
  limit: { readonly memoryBytes: number },
  policy: Policy,
): boolean {
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return false;
  const grown = liveBytes(last) - liveBytes(first);
  const resident = samples.findLast((sample) => sample.rssBytes !== null)?.rssBytes ?? 0;
  // A set-up may have filled the memory before the loop began: that is not growth.
  const filling =
    resident > limit.memoryBytes * policy.memoryShare &&
    resident - (first.rssBytes ?? 0) > limit.memoryBytes * 0.12;
  const overwhelming = grown >= policy.overwhelmingBytes && seen.iterations >= policy.fewIterations;
  return overwhelming || filling;
}
