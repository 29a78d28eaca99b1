import type { Sample } from '../domain/measurement/sample.ts';
import type { Policy } from './policy.ts';
import type { SeriesFinding } from './series/finding.ts';
import { between, firstAfter, judgedFrom, lastIteration, seriesOf, type Series } from './series/series.ts';
import { decays, isSteady, shareRising } from './series/shape.ts';
import { trendOf } from './series/trend.ts';

/** Share of the steps that rise in growth that is sure. */
const SURE = 0.9;

/**
 * Assesses resident memory that neither malloc nor Ruby's slots explain: stacks, mappings, JIT code, and memory that was
 * taken around the counters.
 */
export function readOutside(samples: readonly Sample[], seconds: number, policy: Policy): SeriesFinding {
  const seen = samples.filter((sample) => sample.anonBytes !== null);
  const found = readResident(seen, seconds, policy);
  if (found.kind === 'leak' || !risesAroundCounters(seen, policy)) return found;
  const why = 'what the allocator has in use grows, though no live block does';
  return { kind: 'open', trend: found.trend, bound: found.bound, why, staysOpen: 'always' };
}

/** Assesses the readings of resident memory. */
function readResident(seen: readonly Sample[], seconds: number, policy: Policy): SeriesFinding {
  const beyond = seen.map((s) => ({ x: s.iterations, y: (s.anonBytes ?? 0) - s.mallocBytes - s.slotBytes }));
  const anon = seriesOf(seen, 'mapped');
  const last = lastIteration(anon);
  // Where checkpoints are few, as on a machine with hardly any time, an earlier part is judged, too.
  const from = judgedFrom(anon, policy.fewestReadings);
  const window = between(beyond, from, last);
  const all = between(anon, from, last);
  const lows = trendOf(window, 'lowest');
  const trend = trendOf(all, 'lowest');
  if (lows === null || trend === null || window.length < policy.fewestReadings) {
    const open = { kind: 'open', trend: null, bound: null } as const;
    if (tellsUncounted(seen) || !onlyRises(seriesOf(seen, 'held'), policy.allocatorSteadyBytes))
      return { ...open, why: 'too few readings of resident memory' };
    return {
      ...open,
      why: 'what the allocator holds grows in the few readings there were, though no live block does',
      staysOpen: 'always',
    };
  }
  // The allocator's arenas fill up beside it, and scatter; a mapping that grows steadily is not one of them.
  const steady = isSteady(trend, all) && lows.high >= trend.slope;
  const drift = (steady ? trend.slope : Math.min(lows.slope, trend.slope)) * (last - from);
  const growth = (steady ? trend.low : Math.min(lows.low, trend.low)) * (last - from);
  const [rising, risingBeyond] = [shareRising(all), shareRising(window)];
  const rises = rising >= 0.75 && (steady || risingBeyond >= 0.75);
  const worthWaiting = policy.outsideDrift * Math.min(1, seconds / policy.outsideDriftSeconds);
  if (rises && drift >= worthWaiting) {
    const open = { kind: 'open', trend, bound: trend.high } as const;
    if ((!steady && decays(window, 0.85)) || decays(all, 0.85))
      return { ...open, why: 'resident memory grows, but slower and slower' };
    if (growth < (steady ? policy.outsideSteadyBytes : policy.outsideBytes)) {
      const why = 'resident memory grows, but by little so far';
      // Growth that even its lowest estimate shows, in nearly every step, is none only if it ends.
      const isSure = growth >= worthWaiting && rising >= SURE && risingBeyond >= SURE;
      return isSure ? { ...open, why, staysOpen: 'always' } : { ...open, why };
    }
    return { kind: 'leak', trend: steady ? trend : lows, staircase: false, exact: false };
  }
  if (tellsUncounted(seen)) return { kind: 'clean', trend, bound: Math.max(0, trend.high) };
  // Freed memory that the allocator keeps scatters and stops growing; memory taken around the probe does neither.
  const held = between(seriesOf(seen, 'held'), from, last);
  const kept = trendOf(held, 'lowest');
  if (kept !== null && isSteady(kept, held) && !decays(held, 0.85)) {
    const line = 'what the allocator holds grows in a line, though no live block does';
    const open = { kind: 'open', trend: kept, bound: kept.high } as const;
    const grown = kept.low * (last - from);
    if (grown >= policy.allocatorSteadyBytes) {
      const why = `${line}; memory may be taken from the C library directly`;
      return { ...open, why, staysOpen: 'always' };
    }
    if (grown >= policy.allocatorDrift)
      return { ...open, why: `${line}, but by little so far`, staysOpen: 'until-its-time' };
  }
  return { kind: 'clean', trend, bound: Math.max(0, trend.high) };
}

/** Tells whether glibc said what it has in use, so that nothing has to be concluded from what it holds. */
const tellsUncounted = (seen: readonly Sample[]): boolean =>
  seen.length > 0 && seen.every(({ uncountedBytes }) => uncountedBytes !== null);

/**
 * Tells whether memory that no counter saw only grows in the second half of the run, in however few readings. The
 * allocator's caches of freed blocks are the only noise.
 */
function risesAroundCounters(seen: readonly Sample[], policy: Policy): boolean {
  if (!tellsUncounted(seen)) return false;
  const uncounted = seriesOf(seen, 'uncounted');
  const half = uncounted.slice(Math.max(0, firstAfter(uncounted, lastIteration(uncounted) / 2) - 1));
  return onlyRises(half, policy.uncountedBytes, policy.uncountedBytes / 8);
}

/** Tells whether a series rises by so much in all, and never falls by more than `noise`. */
function onlyRises(series: Series, least: number, noise = 0): boolean {
  const rise = (series.at(-1)?.y ?? 0) - (series[0]?.y ?? 0);
  return (
    rise >= least && series.every(({ y }, index) => index === 0 || y >= (series[index - 1]?.y ?? y) - noise)
  );
}
