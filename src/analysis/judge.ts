import type { Sample } from '../domain/measurement/sample.ts';
import type { Verdict } from '../domain/measurement/verdict.ts';
import { comparable, outlivesOuter } from './series/boundary.ts';
import type { Ended } from './ended.ts';
import { growthOf } from './growth.ts';
import { fills, look, type Look } from './look.ts';
import { withoutMarkStack } from './series/mark-stack.ts';
import { POLICY, secondsForLeak, secondsNeeded, type Policy } from './policy.ts';
import { inconclusiveCode, inconclusiveReason } from './reason.ts';
import { rushVerdict } from './rush.ts';
import { boundOf, verdictOf } from './verdict-of.ts';

export interface Circumstances {
  /** Memory the container may use. */
  readonly memoryBytes: number;
  /** null while the script still runs. */
  readonly ended: Ended | null;
}

type Answer = 'leak' | 'slowing' | 'clean' | null;

/** Leaks of resident memory alone take longer: allocators and kernels give back late. */
const OUTSIDE_SECONDS = 3;
/** Its readings are far apart; where there are still none by then, there won't be any. */
const READINGS_SECONDS = 2;

function answerOf(seen: Look, final: boolean): Answer {
  if (seen.malloc.kind === 'leak' || seen.slots.kind === 'leak') return 'leak';
  if (seen.slowing !== null) return 'slowing';
  if (seen.malloc.kind !== 'clean' || seen.slots.kind !== 'clean' || seen.maySlow) return null;
  if (seen.outside.kind === 'leak') return seen.seconds >= OUTSIDE_SECONDS ? 'leak' : null;
  if (seen.outside.kind === 'open' && !final) {
    return seen.seconds >= (seen.outside.trend === null ? READINGS_SECONDS : 2 * OUTSIDE_SECONDS)
      ? 'clean'
      : null;
  }
  return 'clean';
}

/** Live bytes per iteration of a leak; 0 where only resident memory grows. */
const leakRate = (seen: Look): number =>
  [seen.malloc, seen.slots].reduce((sum, one) => sum + (one.kind === 'leak' ? one.trend.slope : 0), 0);

/** A few bytes per iteration that may yet come to an end. */
function isTrickle(seen: Look, policy: Policy): boolean {
  const rate = leakRate(seen);
  if (rate <= 0 || rate >= policy.trickleBelow) return false;
  return seen.iterations < policy.trickleIterations / Math.min(1, rate);
}

/**
 * Slots and tables grow in caches as well, and so does what comes now and then: such a leak needs more iterations than
 * one of native memory that keeps the same after each of them.
 */
const likeCache = (seen: Look): boolean =>
  seen.slots.kind === 'leak' ||
  (seen.malloc.kind === 'leak' && (seen.malloc.staircase || !seen.malloc.exact));

/** Whether a leak was followed as far as this policy asks, or as far as there was memory or time for. */
function farEnough(seen: Look, samples: readonly Sample[], where: Circumstances, policy: Policy): boolean {
  if (isTrickle(seen, policy)) return false;
  if (!(outlivesOuter(samples, leakRate(seen)) ?? seen.seconds >= policy.enoughSeconds)) return false;
  if (fills(seen, samples, where, policy)) return true;
  const exact = [seen.malloc, seen.slots].some((one) => one.kind === 'leak' && one.exact);
  if (seen.seconds < secondsForLeak(policy, seen.iterations, exact)) return false;
  const slow = exact && seen.iterations < policy.fewIterations;
  if (seen.ownSeconds >= (slow ? policy.enoughForExact : policy.enoughSeconds)) return true;
  return seen.iterations >= policy.leastIterations && beyondCaches(seen, policy);
}

/** Whether a leak of slots or of a table was followed further than the caches of the field reach. */
const beyondCaches = (seen: Look, policy: Policy): boolean =>
  !likeCache(seen) || seen.iterations >= policy.tableIterations || seen.loopSeconds >= policy.tableSeconds;

/** What becomes ever slower is only told once there are as many iterations as a trickle needs. */
const slowingEnough = (seen: Look, policy: Policy): boolean =>
  seen.seconds >= secondsNeeded(policy, seen.iterations) &&
  (seen.iterations >= policy.leastIterations || seen.seconds >= policy.enoughSeconds);

function enoughFor(
  answer: Exclude<Answer, null>,
  seen: Look,
  samples: readonly Sample[],
  where: Circumstances,
  policy: Policy,
): boolean {
  if (answer === 'leak') return farEnough(seen, samples, where, policy);
  if (answer === 'slowing') return slowingEnough(seen, policy);
  return seen.seconds >= secondsNeeded(policy, seen.iterations) || fills(seen, samples, where, policy);
}

/**
 * The verdict over one container's samples, or null while it is not settled. It settles when a look at all
 * samples and a look at those of an eighth fewer iterations agree, and enough of the script's life was seen.
 * Once `ended` is given it always answers.
 */
export function judge(all: readonly Sample[], where: Circumstances, policy: Policy = POLICY): Verdict | null {
  const samples = withoutMarkStack(all);
  const final = where.ended !== null;
  const seen = look(samples, final ? lastWord(policy, samples) : policy);
  const answer = answerOf(seen, final);
  if (where.ended === null) {
    if (answer === null || !enoughFor(answer, seen, samples, where, policy)) return null;
    const earlier = samples.filter((sample) => sample.iterations <= seen.iterations * policy.earlierLook);
    if (answerOf(look(earlier, policy), final) !== answer) return null;
    return verdictOf(answer, seen, samples, policy);
  }
  if (answer !== null && enoughAtEnd(answer, seen, samples, where, policy))
    return verdictOf(answer, seen, samples, policy);
  if (where.ended.kind === 'memory') {
    const rush = rushVerdict(samples, where.memoryBytes);
    if (rush !== null) return rush;
  }
  const growth = growthOf(comparable(samples));
  const enough = answer === null || enoughAtEnd(answer, seen, samples, where, policy);
  return {
    kind: 'inconclusive',
    code: inconclusiveCode(where.ended, enough),
    reason: inconclusiveReason(seen, where.ended, enough),
    growth,
    smallestDetectable: boundOf(seen),
  };
}

/** When no more samples come, a leak is judged by what there was. */
function enoughAtEnd(
  answer: Exclude<Answer, null>,
  seen: Look,
  samples: readonly Sample[],
  where: Circumstances,
  policy: Policy,
): boolean {
  if (answer === 'leak') {
    if (isTrickle(seen, policy) || outlivesOuter(samples, leakRate(seen)) === false) return false;
    // A table or a cache that fills has to be followed as far as ever, whatever ended it.
    const followed = seen.iterations >= policy.leastIterations || beyondCaches(seen, policy);
    if (!followed && !fills(seen, samples, where, policy)) return false;
  }
  return seen.iterations >= policy.fewIterations || enoughFor(answer, seen, samples, where, policy);
}

/** When nothing more will come, waiting for a tighter bound is pointless: the widest one that counts will do. */
const lastWord = (policy: Policy, samples: readonly Sample[]): Policy => ({
  ...policy,
  cleanBelow: [[0, policy.cleanBelow.at(-1)?.[1] ?? 0]],
  // A thousandth of what a heavy iteration takes and gives back; a hundredth where only the sizes of what is alive vary.
  churnShare: (countsStandStill(samples) ? 20 : 2) * policy.churnShare,
});

const FEWEST_STANDING = 4;
/** Blocks or slots more or less that are no movement. */
const STILL = 16;

const range = (counts: readonly number[]): number => Math.max(...counts) - Math.min(...counts);

/** Whether there were as many blocks and objects all through the second half, between outermost iterations. */
function countsStandStill(samples: readonly Sample[]): boolean {
  const last = samples.at(-1)?.iterations ?? 0;
  const late = comparable(samples).filter(
    ({ iterations, boundary }) => boundary === 'outer' && iterations >= last / 2,
  );
  return (
    late.length >= FEWEST_STANDING &&
    range(late.map(({ mallocBlocks }) => mallocBlocks)) <= STILL &&
    range(late.map(({ liveSlots }) => liveSlots)) <= STILL
  );
}
