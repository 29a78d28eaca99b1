import type { Sample } from '../domain/measurement/sample.ts';
import type { Policy } from './policy.ts';
import type { SeriesFinding } from './series/finding.ts';
import { between, judgedFrom, lastIteration, seriesOf } from './series/series.ts';
import { decays, isSteady, shareRising } from './series/shape.ts';
import { trendOf } from './series/trend.ts';
import { takenAround } from './taken-around.ts';

/** Share of the steps that rise in growth that is sure. */
const SURE = 0.9;

/**
 * Assesses resident memory that neither malloc nor Ruby's slots explain: stacks, mappings, JIT code, and memory that was
 * taken around the counters.
 */
export function readOutside(samples: readonly Sample[], seconds: number, policy: Policy): SeriesFinding {
  const seen = samples.filter((sample) => sample.anonBytes !== null);
  const found = readResident(seen, seconds, policy);
  return found.kind === 'leak' ? found : (takenAround(seen, found, policy) ?? found);
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
  if (lows === null || trend === null || window.length < policy.fewestReadings)
    return { kind: 'open', trend: null, bound: null, why: 'too few readings of resident memory' };
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
  return { kind: 'clean', trend, bound: Math.max(0, trend.high) };
}
