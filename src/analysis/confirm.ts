import type { Slope, Verdict } from '../domain/measurement/verdict.ts';
import { POLICY, type Policy } from './policy.ts';

type Leak = Extract<Verdict, { kind: 'leak' }>;

/**
 * The second container has to prove the leak: what the first saw in a short run may be a cache that fills. It runs
 * four times the iterations, and where slots or tables grow at as many as the caches of the field have room for.
 */
export const CONFIRMING: Policy = {
  ...POLICY,
  manyForExact: 40_000,
  tableIterations: 640_000,
  tableSeconds: 3,
  shortestForExact: 0.25,
  leakPatience: 6,
  exactAtTenThousand: 12,
  trickleIterations: 250_000,
  enoughForExact: 7,
  overwhelmingBytes: 192 * 2 ** 20,
  // What the first container saw grow is not refuted by growth that is not certain.
  outsidePatienceSeconds: Infinity,
  // The leak stood out of what a heavy body's iterations ask for: a bound that lies above it refutes nothing.
  churnShare: 0,
};

const FURTHER = 4;
/** A leak seen over more iterations than usual caches hold need not be followed as far. */
const FAR_FURTHER = 2;

/** Returns how the second container is judged, given how many iterations the leak was first seen on. */
export const confirmingPolicy = ({ iterations }: { readonly iterations: number }): Policy => ({
  ...CONFIRMING,
  leastIterations: Math.max(
    FAR_FURTHER * iterations,
    Math.min(FURTHER * iterations, CONFIRMING.tableIterations),
  ),
});

/** Rates of two containers that differ by more than this share are not the same leak. */
const SAME_SHARE = 0.25;

/** Below this many slots per iteration a rate cannot be compared. */
const COUNTABLE = 0.001;

const near = (a: number, b: number): boolean =>
  Math.abs(a - b) <= SAME_SHARE * Math.max(Math.abs(a), Math.abs(b));

const sameCount = (a: Slope, b: Slope): boolean =>
  Math.min(a.perIteration, b.perIteration) > COUNTABLE && near(a.perIteration, b.perIteration);

/**
 * Returns whether two containers show the same leak. A real leak keeps its bytes per iteration in a fresh container
 * with other batches; noise does not. Where a table that doubles is beside kept objects, the bytes of a short run
 * depend on where its last step fell: then the slots that stay have to be as many.
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
 * Returns whether the second rate resembles the first, roughly: a warm-up that has not faded in the first container
 * makes its rate a rough one; the second, further out, has the better.
 */
function resembles(first: Leak, second: Leak): boolean {
  const [a, b] = [first.growth.malloc.perIteration, second.growth.malloc.perIteration];
  return second.shape === 'linear' && second.growth.malloc.low > 0 && b > a / 2 && b < a * 2;
}

/** Growth outside of malloc shows in resident memory alone. */
const rateOf = ({ cause, growth }: Leak): string =>
  ((cause === 'outside-malloc' ? growth.rss : null) ?? growth.malloc).perIteration.toPrecision(3);

/**
 * Returns the leak as it is reported: measured in the first container, its cause settled in the second. Growth that
 * the second saw come to an end was a cache, a table or a ring that filled: clean.
 */
export function confirmLeak(first: Leak, second: Verdict): Verdict {
  if (second.kind === 'leak' && agrees(first, second)) return { ...first, cause: second.cause };
  if (second.kind === 'leak' && resembles(first, second)) return second;
  if (second.kind === 'clean' && second.fullFrom !== null) return second;
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
