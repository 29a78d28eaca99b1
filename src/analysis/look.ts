import type { Sample } from '../domain/sample.ts';
import { comparable } from './boundary.ts';
import { cleanBound, secondsNeeded, type Policy } from './policy.ts';
import { between, reach, seriesOf, type Series } from './series.ts';
import { decays, jumps, octaveLevels, setsIn, shareRising, staircaseOf } from './shape.ts';
import { trendOf, type Trend } from './trend.ts';

/** What one series shows in one look. Rates in bytes per iteration. */
export type Finding =
  | { readonly kind: 'leak'; readonly trend: Trend; readonly staircase: boolean }
  | { readonly kind: 'clean'; readonly trend: Trend; readonly bound: number }
  | {
      readonly kind: 'open';
      readonly trend: Trend | null;
      readonly bound: number | null;
      readonly why: string;
    };

export interface Look {
  readonly iterations: number;
  readonly seconds: number;
  readonly malloc: Finding;
  readonly slots: Finding;
  readonly outside: Finding;
}

const tightest = (trends: readonly [Trend, ...Trend[]]): Trend =>
  trends.reduce((best, one) => (one.high - one.low < best.high - best.low ? one : best));

/** Reads a series of bytes: the second half of the run is judged, the first is warm-up. */
function readSeries(series: Series, seconds: number, policy: Policy): Finding {
  const last = reach(series);
  const window = between(series, last / 2, last);
  const means = trendOf(window, 'mean');
  const lows = trendOf(window, 'lowest');
  const highs = trendOf(window, 'highest');
  if (means === null || lows === null || highs === null || window.length < policy.fewestCheckpoints) {
    return { kind: 'open', trend: null, bound: null, why: 'too few checkpoints' };
  }
  // Each bound holds by itself, for a leak raises the lowest and the highest readings alike: the tightest may be
  // quoted. To be called a leak it has to show in the means and in the lowest.
  const bound = Math.max(0, Math.min(means.high, lows.high, highs.high));
  const quoted = tightest([means, lows, highs]);
  const growth = Math.min(means.low, lows.low) * (last / 2);
  const rises = Math.min(means.low, lows.low) > 0 && shareRising(window) >= 0.75;
  const grows = rises && growth >= policy.leastGrowth && quoted.slope >= policy.leastRate;
  const slows = grows && decays(window, policy.leastRatio);
  if (grows && !slows && !setsIn(window)) return { kind: 'leak', trend: quoted, staircase: false };
  // A cache that fills over many octaves rises like a staircase would, but without its steps.
  const staircase = slows && !jumps(window) ? null : staircaseOf(series);
  if (
    staircase !== null &&
    staircase.slope >= policy.leastRate &&
    staircase.slope * last >= 4 * policy.leastGrowth
  ) {
    return { kind: 'leak', trend: staircase, staircase: true };
  }
  const fallen = -Math.max(means.high, lows.high) * (last / 2);
  if (fallen >= policy.leastGrowth && seconds < policy.fallingSeconds) {
    return { kind: 'open', trend: quoted, bound: null, why: 'it still falls, which may hide a leak' };
  }
  const limit = cleanBound(policy, seconds);
  // Growth that slows down and is below the limit already stays below it.
  if (grows && !(slows && bound < limit)) {
    const why = slows ? 'it grows, but slower and slower' : 'it grows faster and faster';
    return { kind: 'open', trend: quoted, bound, why };
  }
  const levels = octaveLevels(series, 2);
  const sinceOctave = ((levels[0] ?? 0) - (levels[1] ?? levels[0] ?? 0)) / (last / 2);
  if (bound < limit && sinceOctave < limit)
    return { kind: 'clean', trend: quoted, bound: Math.max(bound, 0) };
  const why =
    sinceOctave >= limit && bound < limit
      ? 'it has only just stopped growing'
      : 'its readings scatter too much';
  return { kind: 'open', trend: quoted, bound: Math.max(bound, sinceOctave), why };
}

/** Resident memory that neither malloc nor Ruby's slots explain: stacks, mappings, JIT code. */
function readOutside(samples: readonly Sample[], seconds: number, policy: Policy): Finding {
  const seen = samples.filter((sample) => sample.anonBytes !== null);
  const beyond = seen.map((s) => ({ x: s.iterations, y: (s.anonBytes ?? 0) - s.mallocBytes - s.slotBytes }));
  const anon = seriesOf(seen, 'anon');
  const last = reach(anon);
  const window = between(beyond, last / 2, last);
  const all = between(anon, last / 2, last);
  const lows = trendOf(window, 'lowest');
  const trend = trendOf(all, 'lowest');
  if (lows === null || trend === null || window.length < policy.fewestReadings) {
    return { kind: 'open', trend: null, bound: null, why: 'too few readings of resident memory' };
  }
  const drift = Math.min(lows.slope, trend.slope) * (last / 2);
  const growth = Math.min(lows.low, trend.low) * (last / 2);
  const worthWaiting = policy.outsideDrift * Math.min(1, seconds / policy.outsideDriftSeconds);
  if (drift >= worthWaiting && shareRising(window) >= 0.75 && shareRising(all) >= 0.75) {
    const open = { kind: 'open', trend, bound: trend.high } as const;
    if (decays(window, 0.85) || decays(all, 0.85))
      return { ...open, why: 'resident memory grows, but slower and slower' };
    if (growth < policy.outsideBytes) return { ...open, why: 'resident memory grows, but by little so far' };
    return { kind: 'leak', trend: lows, staircase: false };
  }
  return { kind: 'clean', trend, bound: Math.max(0, trend.high) };
}

export function look(all: readonly Sample[], policy: Policy): Look {
  const samples = comparable(all);
  const last = samples.at(-1);
  const seconds = (last?.afterMs ?? 0) / 1000;
  return {
    iterations: last?.iterations ?? 0,
    seconds,
    malloc: readSeries(seriesOf(samples, 'malloc'), seconds, policy),
    slots: readSeries(seriesOf(samples, 'slots'), seconds, policy),
    outside: readOutside(samples, seconds, policy),
  };
}

/** Whether a look rests on enough of the script's life to be believed. */
export function enoughSeen(
  seen: Look,
  samples: readonly Sample[],
  limit: { readonly memoryBytes: number },
  policy: Policy,
): boolean {
  if (seen.seconds >= secondsNeeded(policy, seen.iterations)) return true;
  const first = samples[0];
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return false;
  const grown = last.mallocBytes + last.slotBytes - first.mallocBytes - first.slotBytes;
  const resident = samples.findLast((sample) => sample.rssBytes !== null)?.rssBytes ?? 0;
  // A set-up may have filled the memory before the loop began: that says nothing.
  const filling =
    resident > limit.memoryBytes * policy.memoryShare &&
    resident - (first.rssBytes ?? 0) > limit.memoryBytes * 0.12;
  const overwhelming = grown >= policy.overwhelmingBytes && seen.iterations >= policy.fewIterations;
  return overwhelming || filling;
}
