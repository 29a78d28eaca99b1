import type { Sample } from '../domain/measurement/sample.ts';
import type { Verdict } from '../domain/measurement/verdict.ts';
import { comparable, outlivesOuter } from './series/boundary.ts';
import type { Ended } from './ended.ts';
import { growthOf } from './growth.ts';
import { fills, assess, type Assessment } from './assess.ts';
import { withoutFalseArenas } from './series/arenas.ts';
import { withoutMarkStack } from './series/mark-stack.ts';
import { countsStandStill } from './series/standing-still.ts';
import { POLICY, secondsForClean, secondsForLeak, secondsForSlowing, type Policy } from './policy.ts';
import { inconclusiveCode, inconclusiveReason } from './reason.ts';
import { rushVerdict } from './rush.ts';
import { upperBoundOf, verdictOf } from './verdict-of.ts';

export interface Circumstances {
  /** Memory the container may use. */
  readonly memoryBytes: number;
  /** null while the script still runs. */
  readonly ended: Ended | null;
}

type Answer = 'leak' | 'slowing' | 'clean' | null;

/** Seconds that a leak of resident memory alone needs: allocators and kernels return memory late. */
const OUTSIDE_SECONDS = 3;
/** Seconds by which there are readings of resident memory, if any come at all. */
const READINGS_SECONDS = 2;

function answerOf(assessed: Assessment, final: boolean, policy: Policy): Answer {
  if (assessed.malloc.kind === 'leak' || assessed.slots.kind === 'leak') return 'leak';
  if (assessed.slowing !== null) return 'slowing';
  if (assessed.malloc.kind !== 'clean' || assessed.slots.kind !== 'clean' || assessed.maySlow) return null;
  const { outside } = assessed;
  if (outside.kind === 'leak') return assessed.seconds >= OUTSIDE_SECONDS ? 'leak' : null;
  if (outside.kind === 'clean') return 'clean';
  if (outside.staysOpen === 'always') return null;
  if (final && outside.staysOpen !== 'until-its-time') return 'clean';
  // On a busy machine six seconds contain few iterations, and little growth.
  const isLong =
    outside.trend === null
      ? assessed.ownSeconds >= READINGS_SECONDS
      : assessed.ownSeconds >= policy.outsidePatienceSeconds;
  return isLong ? 'clean' : null;
}

/** Reads the live bytes per iteration of a leak; 0 where only resident memory grows. */
const leakRate = (assessed: Assessment): number =>
  [assessed.malloc, assessed.slots].reduce(
    (sum, one) => sum + (one.kind === 'leak' ? one.trend.slope : 0),
    0,
  );

/** Tells whether growth is a trickle: a few bytes per iteration, which may still end. */
function isTrickle(assessed: Assessment, policy: Policy): boolean {
  const rate = leakRate(assessed);
  if (rate <= 0 || rate >= policy.trickleBelow) return false;
  return assessed.iterations < policy.trickleIterations / Math.min(1, rate);
}

/**
 * Tells whether a cache could look like this leak. Slots, tables and irregular growth occur in caches too, so
 * such a leak needs more iterations than native memory that grows by the same amount each time.
 */
const likeCache = (assessed: Assessment): boolean =>
  assessed.slots.kind === 'leak' ||
  (assessed.malloc.kind === 'leak' && (assessed.malloc.staircase || !assessed.malloc.exact));

/** Tells whether a leak was followed as far as the policy requires, or as memory or time allowed. */
function farEnough(
  assessed: Assessment,
  samples: readonly Sample[],
  where: Circumstances,
  policy: Policy,
): boolean {
  if (isTrickle(assessed, policy)) return false;
  if (!(outlivesOuter(samples, leakRate(assessed)) ?? assessed.seconds >= policy.enoughSeconds)) return false;
  if (fills(assessed, samples, where, policy)) return true;
  const exact = [assessed.malloc, assessed.slots].some((one) => one.kind === 'leak' && one.exact);
  // On a busy machine half a second contains what a warm-up keeps, and no more.
  if (assessed.ownSeconds < secondsForLeak(policy, assessed.iterations, exact)) return false;
  const slow = exact && assessed.iterations < policy.fewIterations;
  if (assessed.ownSeconds >= (slow ? policy.enoughForExact : policy.enoughSeconds)) return true;
  return assessed.iterations >= policy.leastIterations && beyondCaches(assessed, policy);
}

/** Tells whether a leak of slots or of a table was followed beyond the size of usual caches. */
const beyondCaches = (assessed: Assessment, policy: Policy): boolean =>
  !likeCache(assessed) ||
  assessed.iterations >= policy.tableIterations ||
  assessed.loopSeconds >= policy.tableSeconds;

/**
 * Tells whether there were enough iterations to report growth that slows down: as many as a trickle needs.
 */
const slowingEnough = (assessed: Assessment, policy: Policy): boolean =>
  assessed.seconds >= secondsForSlowing(policy, assessed.iterations) &&
  (assessed.iterations >= policy.leastIterations || assessed.seconds >= policy.enoughSeconds);

function enoughFor(
  answer: Exclude<Answer, null>,
  assessed: Assessment,
  samples: readonly Sample[],
  where: Circumstances,
  policy: Policy,
): boolean {
  if (answer === 'leak') return farEnough(assessed, samples, where, policy);
  if (answer === 'slowing') return slowingEnough(assessed, policy);
  return (
    assessed.seconds >= secondsForClean(policy, cleanIterations(assessed, policy)) ||
    fills(assessed, samples, where, policy)
  );
}

/**
 * Counts the iterations that speak for a clean verdict. Half of them are judged as a rule, since a script warms up. Where
 * nothing at all moved in as many as are judged of a whole run, resident memory included, that is enough, wherever it begins.
 */
function cleanIterations({ iterations, outside, standingStill }: Assessment, policy: Policy): number {
  if (outside.kind !== 'clean') return iterations;
  const counted = 2 * standingStill;
  return counted >= policy.manyIterations ? Math.max(iterations, counted) : iterations;
}

/**
 * Judges one container's samples; null while the verdict is not settled. It settles when all samples and
 * those of an eighth fewer iterations give the same answer, and enough of the script has run. With `ended`
 * there is always a verdict.
 */
export function judge(all: readonly Sample[], where: Circumstances, policy: Policy = POLICY): Verdict | null {
  const samples = withoutFalseArenas(withoutMarkStack(all));
  const final = where.ended !== null;
  const assessed = assess(samples, final ? lastWord(policy, samples) : policy);
  const answer = answerOf(assessed, final, policy);
  if (where.ended === null) {
    if (answer === null || !enoughFor(answer, assessed, samples, where, policy)) return null;
    const earlier = samples.filter(
      (sample) => sample.iterations <= assessed.iterations * policy.earlierShare,
    );
    if (answerOf(assess(earlier, policy), final, policy) !== answer) return null;
    return verdictOf(answer, assessed, samples, policy);
  }
  if (answer !== null && enoughAtEnd(answer, assessed, samples, where, policy))
    return verdictOf(answer, assessed, samples, policy);
  if (where.ended.kind === 'memory') {
    const rush = rushVerdict(samples, where.memoryBytes);
    if (rush !== null) return rush;
  }
  const growth = growthOf(comparable(samples));
  const enough = answer === null || enoughAtEnd(answer, assessed, samples, where, policy);
  return {
    kind: 'inconclusive',
    code: inconclusiveCode(where.ended, enough),
    reason: inconclusiveReason(assessed, where.ended, enough),
    growth,
    smallestDetectable: upperBoundOf(assessed),
  };
}

/** Tells whether there was enough for a verdict when no more samples come. */
function enoughAtEnd(
  answer: Exclude<Answer, null>,
  assessed: Assessment,
  samples: readonly Sample[],
  where: Circumstances,
  policy: Policy,
): boolean {
  if (answer === 'leak') {
    if (isTrickle(assessed, policy) || outlivesOuter(samples, leakRate(assessed)) === false) return false;
    // A table or a cache has to be followed as far as usual, however the run ended.
    const followed = assessed.iterations >= policy.leastIterations || beyondCaches(assessed, policy);
    if (!followed && !fills(assessed, samples, where, policy)) return false;
  }
  return assessed.iterations >= policy.fewIterations || enoughFor(answer, assessed, samples, where, policy);
}

/**
 * Relaxes the policy when no more samples come: waiting for a tighter bound is pointless, so the widest
 * allowed one is used.
 */
const lastWord = (policy: Policy, samples: readonly Sample[]): Policy => ({
  ...policy,
  cleanBelow: [[0, policy.cleanBelow.at(-1)?.[1] ?? 0]],
  fewestMore: policy.fewestMoreAtEnd,
  // A thousandth of what a heavy iteration allocates and frees; a hundredth where only the sizes of what is alive
  // vary.
  ...(countsStandStill(samples)
    ? { churnShare: 20 * policy.churnShare, churnHourly: Infinity }
    : { churnShare: 2 * policy.churnShare }),
});
