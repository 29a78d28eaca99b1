import { liveBytes, type Sample } from '../domain/measurement/sample.ts';
import type { Slope, Verdict } from '../domain/measurement/verdict.ts';
import { POLICY, ROOT, type Policy } from './policy.ts';

type Leak = Extract<Verdict, { kind: 'leak' }>;

/**
 * Policy of the second container, which has to prove the leak: growth in the first, short run may be a cache
 * that fills. It runs four times the iterations; where slots or tables grow, as many as usual caches have
 * room for.
 */
export const CONFIRMING: Policy = {
  ...POLICY,
  manyForExact: 50_000,
  tableIterations: 640_000,
  tableSeconds: 3,
  shortestForExact: 0.25,
  shortestForClean: POLICY.shortestSeconds,
  cleanAtTenThousand: POLICY.slowingAtTenThousand,
  cleanPower: ROOT,
  leakAtTenThousand: 12,
  exactAtTenThousand: 12,
  trickleIterations: 250_000,
  enoughForExact: 7,
  overwhelmingBytes: 192 * 2 ** 20,
  // Uncertain growth does not refute what the first container showed.
  outsidePatienceSeconds: Infinity,
  // The leak was larger than the scatter of a heavy body: a bound above it refutes nothing.
  churnShare: 0,
};

const FURTHER = 4;
/**
 * Factor for a leak that was seen over more iterations than usual caches have room for: it need not be
 * followed as far.
 */
const FAR_FURTHER = 2;

/** Makes the policy of the second container, given the iterations over which the leak was first seen. */
export const confirmingPolicy = ({ iterations }: { readonly iterations: number }): Policy => ({
  ...CONFIRMING,
  leastIterations: Math.max(
    FAR_FURTHER * iterations,
    Math.min(FURTHER * iterations, CONFIRMING.tableIterations),
  ),
});

/** Largest difference of two containers' rates, as a share, that is still the same leak. */
const SAME_SHARE = 0.25;

/** Below this many slots per iteration a rate cannot be compared. */
const COUNTABLE = 0.001;

const near = (a: number, b: number): boolean =>
  Math.abs(a - b) <= SAME_SHARE * Math.max(Math.abs(a), Math.abs(b));

const sameCount = (a: Slope, b: Slope): boolean =>
  Math.min(a.perIteration, b.perIteration) > COUNTABLE && near(a.perIteration, b.perIteration);

/**
 * Tells whether two containers show the same leak. A real leak keeps its bytes per iteration in a fresh
 * container; noise does not. Where a table doubles beside kept objects, the bytes of a short run depend on
 * its last step: then the number of kept slots has to agree.
 */
export function agrees(first: Leak, second: Leak): boolean {
  const [a, b] = [first.growth, second.growth];
  const overlap = a.malloc.low <= b.malloc.high && b.malloc.low <= a.malloc.high;
  const bytes = overlap || near(a.malloc.perIteration, b.malloc.perIteration);
  const slots = sameCount(a.liveSlots, b.liveSlots);
  // Growth that slows down has a lower rate further out.
  if (first.shape === 'slowing' && second.shape === 'slowing') return true;
  return bytes || slots || first.cause === 'outside-malloc';
}

/**
 * Tells whether the two rates agree roughly: a warm-up that is not over may distort the first; the second,
 * further out, is better.
 */
function resembles(first: Leak, second: Leak): boolean {
  const [a, b] = [first.growth.malloc.perIteration, second.growth.malloc.perIteration];
  return second.shape === 'linear' && second.growth.malloc.low > 0 && b > a / 2 && b < a * 2;
}

/** Formats the rate of a leak; growth outside of malloc shows in resident memory alone. */
const rateOf = ({ cause, growth }: Leak): string =>
  ((cause === 'outside-malloc' ? growth.rss : null) ?? growth.malloc).perIteration.toPrecision(3);

const gained = (from: Sample | undefined, to: Sample | undefined): number =>
  from === undefined || to === undefined ? 0 : liveBytes(to) - liveBytes(from);

/** Share of what the first container gained that the second one has to gain to have kept the same. */
const AS_MUCH = 0.8;

/**
 * Tells whether the growth of the first container ended in the second: there as much was gained, up to the middle, and
 * it ran on for several times as long. A fast cache may be full before the second reading.
 * @param first samples of the loop in the first container, in order; `second` likewise
 */
export function hasEnded(first: readonly Sample[], second: readonly Sample[]): boolean {
  const [seen, ran] = [first.at(-1)?.iterations ?? 0, second.at(-1)?.iterations ?? 0];
  const half = second.find(({ iterations }) => iterations >= ran / 2);
  return ran >= 2 * FURTHER * seen && gained(second[0], half) >= AS_MUCH * gained(first[0], first.at(-1));
}

/**
 * Combines the verdicts of two containers: the rate comes from the first, the cause from the second. Growth
 * that ended in the second was a cache, a table or a ring that filled: clean.
 * @param ended whether it is known that the growth ended there, wherever it was full (see `hasEnded`)
 */
export function confirmLeak(first: Leak, second: Verdict, ended = false): Verdict {
  if (second.kind === 'leak' && agrees(first, second)) return { ...first, cause: second.cause };
  if (second.kind === 'leak' && resembles(first, second)) return second;
  if (second.kind === 'clean' && (ended || second.fullFrom !== null)) return second;
  const again =
    second.kind === 'leak'
      ? rateOf(second)
      : second.kind === 'clean'
        ? 'none'
        : `no answer (${second.reason})`;
  const reason = `one container showed ${rateOf(first)} bytes per iteration, a fresh one ${again}; run it again with a larger --budget`;
  const { growth } = first;
  return { kind: 'inconclusive', code: 'containers-disagree', reason, growth, smallestDetectable: null };
}
