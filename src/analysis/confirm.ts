import type { Slope, Verdict } from '../domain/verdict.ts';
import { POLICY, type Policy } from './policy.ts';

type Leak = Extract<Verdict, { kind: 'leak' }>;

/** The confirming run only has to see the same again, so it may be shorter; its checkpoints lie elsewhere. */
export const CONFIRMING: Policy = {
  ...POLICY,
  manyIterations: 20_000,
  shortestSeconds: 0.3,
  secondsAtTenThousand: 1.4,
  leakPatience: 2,
  trickleIterations: 100_000,
};

/** The second container looks further than the first did: what still filled up there may be full here. */
export const confirmingPolicy = ({ iterations }: { readonly iterations: number }): Policy => ({
  ...CONFIRMING,
  leastIterations: Math.min(4 * iterations, 100_000),
});

/** Rates of two containers that differ by more than this share are not the same leak. */
const SAME_SHARE = 0.25;

/** Fewer slots per iteration than this say nothing of a rate. */
const COUNTABLE = 0.001;

const near = (a: number, b: number): boolean =>
  Math.abs(a - b) <= SAME_SHARE * Math.max(Math.abs(a), Math.abs(b));

const sameCount = (a: Slope, b: Slope): boolean =>
  Math.min(a.perIteration, b.perIteration) > COUNTABLE && near(a.perIteration, b.perIteration);

/**
 * A real leak keeps its bytes per iteration in a fresh container with other batches; noise does not. Where a table
 * that doubles stands beside kept objects, the bytes of a short run depend on where its last step fell: then the slots
 * that stay have to be as many.
 */
export function agrees(first: Leak, second: Leak): boolean {
  const [a, b] = [first.growth, second.growth];
  const overlap = a.malloc.low <= b.malloc.high && b.malloc.low <= a.malloc.high;
  const bytes = overlap || near(a.malloc.perIteration, b.malloc.perIteration);
  const slots = sameCount(a.liveSlots, b.liveSlots);
  return bytes || slots || first.cause === 'outside-malloc';
}

/** The leak as it is reported: measured in the first container, its cause settled in the second. */
export function confirmLeak(first: Leak, second: Verdict): Verdict {
  if (second.kind === 'leak' && agrees(first, second)) return { ...first, cause: second.cause };
  const again =
    second.kind === 'leak'
      ? second.growth.malloc.perIteration.toPrecision(3)
      : second.kind === 'clean'
        ? 'none'
        : `no answer (${second.reason})`;
  const reason = `one container showed ${first.growth.malloc.perIteration.toPrecision(3)} bytes per iteration, a fresh one ${again}; run it again with a larger --budget`;
  return { kind: 'inconclusive', reason, growth: first.growth, smallestDetectable: null };
}
