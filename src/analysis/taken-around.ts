import type { Sample } from '../domain/measurement/sample.ts';
import type { Policy } from './policy.ts';
import type { SeriesFinding } from './series/finding.ts';
import { between, firstAfter, judgedFrom, lastIteration, seriesOf, type Series } from './series/series.ts';
import { decays, isSteady } from './series/shape.ts';
import { trendOf } from './series/trend.ts';

type Open = Extract<SeriesFinding, { kind: 'open' }>;

/**
 * Finds growth of memory that was taken from the C library around the counters, which rules out a clean verdict; null
 * where there is none. glibc says what it has in use; for others it is concluded from what the allocator holds.
 * @param seen samples with readings of resident memory
 * @param found what those readings say, which is no leak
 */
export function takenAround(
  seen: readonly Sample[],
  found: Exclude<SeriesFinding, { kind: 'leak' }>,
  policy: Policy,
): Open | null {
  if (seen.length > 0 && seen.every(({ uncountedBytes }) => uncountedBytes !== null)) {
    const why = 'what the allocator has in use grows, though no live block does';
    const { trend, bound } = found;
    return isUncountedRising(seen, policy) ? { kind: 'open', trend, bound, why, staysOpen: 'always' } : null;
  }
  if (found.kind === 'clean') return heldInALine(seen, policy);
  return found.trend === null ? heldInFewReadings(seen, policy) : null;
}

/**
 * Tells whether what glibc has in use beyond the counted blocks only grows in the second half of the run, in however few
 * readings. The allocator's caches of freed blocks are the only noise.
 */
function isUncountedRising(seen: readonly Sample[], policy: Policy): boolean {
  const uncounted = seriesOf(seen, 'uncounted');
  const half = uncounted.slice(Math.max(0, firstAfter(uncounted, lastIteration(uncounted) / 2) - 1));
  return onlyRises(half, policy.uncountedBytes, policy.uncountedBytes / 8);
}

function heldInFewReadings(seen: readonly Sample[], policy: Policy): Open | null {
  if (!onlyRises(seriesOf(seen, 'held'), policy.allocatorSteadyBytes)) return null;
  const why = 'what the allocator holds grows in the few readings there were, though no live block does';
  return { kind: 'open', trend: null, bound: null, why, staysOpen: 'always' };
}

/** Freed memory that the allocator keeps scatters and stops growing; memory taken around the counters does neither. */
function heldInALine(seen: readonly Sample[], policy: Policy): Open | null {
  const all = seriesOf(seen, 'held');
  const last = lastIteration(all);
  const from = judgedFrom(all, policy.fewestReadings);
  const held = between(all, from, last);
  const kept = trendOf(held, 'lowest');
  if (kept === null || !isSteady(kept, held) || decays(held, 0.85)) return null;
  const line = 'what the allocator holds grows in a line, though no live block does';
  const open = { kind: 'open', trend: kept, bound: kept.high } as const;
  const grown = kept.low * (last - from);
  if (grown >= policy.allocatorSteadyBytes) {
    const why = `${line}; memory may be taken from the C library directly`;
    return { ...open, why, staysOpen: 'always' };
  }
  if (grown < policy.allocatorDrift) return null;
  return { ...open, why: `${line}, but by little so far`, staysOpen: 'until-its-time' };
}

/** Tells whether a series rises by so much in all, and never falls by more than `noise`. */
function onlyRises(series: Series, least: number, noise = 0): boolean {
  const rise = (series.at(-1)?.y ?? 0) - (series[0]?.y ?? 0);
  return (
    rise >= least && series.every(({ y }, index) => index === 0 || y >= (series[index - 1]?.y ?? y) - noise)
  );
}
