import { grouped } from '../domain/digits.ts';
import type { Sample } from '../domain/sample.ts';
import type { Growth, Verdict } from '../domain/verdict.ts';
import { comparable, outlivesOuter } from './boundary.ts';
import { causeOf } from './cause.ts';
import type { Ended } from './ended.ts';
import { growthOf } from './growth.ts';
import { enoughSeen, look, type Finding, type Look } from './look.ts';
import { POLICY, secondsNeeded, type Policy } from './policy.ts';
import { inconclusiveReason } from './reason.ts';
import { residentOf } from './resident.ts';

export interface Circumstances {
  /** Memory the container may use. */
  readonly memoryBytes: number;
  /** null while the script still runs. */
  readonly ended: Ended | null;
}

type Answer = 'leak' | 'clean' | null;

/** Leaks of resident memory alone take longer: allocators and kernels give back late. */
const OUTSIDE_SECONDS = 3;
/** Its readings are far apart; where there are still none by then, there won't be any. */
const READINGS_SECONDS = 2;

function answerOf(seen: Look, final: boolean): Answer {
  if (seen.malloc.kind === 'leak' || seen.slots.kind === 'leak') return 'leak';
  if (seen.malloc.kind !== 'clean' || seen.slots.kind !== 'clean') return null;
  if (seen.outside.kind === 'leak') return seen.seconds >= OUTSIDE_SECONDS ? 'leak' : null;
  if (seen.outside.kind === 'open' && !final) {
    return seen.seconds >= (seen.outside.trend === null ? READINGS_SECONDS : 2 * OUTSIDE_SECONDS)
      ? 'clean'
      : null;
  }
  return 'clean';
}

/** A leak needs more of the script's life than a clean bill: what still fills up looks just like one. */
function enoughFor(
  answer: Answer,
  seen: Look,
  samples: readonly Sample[],
  where: Circumstances,
  policy: Policy,
): boolean {
  if (!enoughSeen(seen, samples, where, policy)) return false;
  if (seen.iterations < policy.leastIterations && seen.seconds < policy.enoughSeconds) return false;
  if (answer === 'leak') {
    if (isTrickle(seen, policy)) return false;
    if (!(outlivesOuter(samples, leakRate(seen)) ?? seen.seconds >= policy.enoughSeconds)) return false;
  }
  if (answer !== 'leak' || seen.iterations >= policy.manyIterations) return true;
  const patience = { ...policy, secondsAtTenThousand: policy.leakPatience * policy.secondsAtTenThousand };
  const grown = enoughSeen({ ...seen, seconds: 0 }, samples, where, policy);
  return grown || seen.seconds >= secondsNeeded(patience, seen.iterations);
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
 * The verdict over one container's samples, or null while it is not settled. It settles when a look at all
 * samples and a look at those of an eighth fewer iterations agree, and enough of the script's life was seen.
 * Once `ended` is given it always answers.
 */
export function judge(
  samples: readonly Sample[],
  where: Circumstances,
  policy: Policy = POLICY,
): Verdict | null {
  const final = where.ended !== null;
  const seen = look(samples, final ? lastWord(policy) : policy);
  const answer = answerOf(seen, final);
  if (where.ended === null) {
    if (answer === null || !enoughFor(answer, seen, samples, where, policy)) return null;
    const earlier = samples.filter((sample) => sample.iterations <= seen.iterations * policy.earlierLook);
    if (answerOf(look(earlier, policy), final) !== answer) return null;
    return verdictOf(answer, seen, samples, policy);
  }
  const enough =
    (seen.iterations >= policy.fewIterations || enoughSeen(seen, samples, where, policy)) &&
    !(answer === 'leak' && (isTrickle(seen, policy) || outlivesOuter(samples, leakRate(seen)) === false));
  if (answer !== null && enough) return verdictOf(answer, seen, samples, policy);
  const growth = growthOf(comparable(samples));
  const bound = boundOf(seen);
  return {
    kind: 'inconclusive',
    reason: inconclusiveReason(seen, where.ended, enough),
    growth,
    smallestDetectable: bound,
  };
}

/** When nothing more will come, waiting for a tighter bound is pointless: the widest one that counts will do. */
const lastWord = (policy: Policy): Policy => ({
  ...policy,
  cleanBelow: [[0, policy.cleanBelow.at(-1)?.[1] ?? 0]],
});

const boundOf = (seen: Look): number | null => {
  const bounds = [seen.malloc, seen.slots].map((one) => ('bound' in one ? one.bound : null));
  return bounds.some((bound) => bound === null) ? null : Math.max(...bounds.map((bound) => bound ?? 0));
};

const CONFIDENCE = 0.99;

function verdictOf(
  answer: 'leak' | 'clean',
  seen: Look,
  samples: readonly Sample[],
  policy: Policy,
): Verdict | null {
  const growth = growthOf(comparable(samples));
  if (growth === null) return null;
  const through = `through iteration ${grouped(seen.iterations)}`;
  if (answer === 'clean') {
    const bound = Math.max(policy.cleanBelow[0]?.[1] ?? 0, boundOf(seen) ?? 0);
    const evidence = `no growth above ${rounded(bound)} bytes per iteration ${through}`;
    const resident = residentOf(samples);
    return { kind: 'clean', growth, confidence: CONFIDENCE, smallestDetectable: bound, resident, evidence };
  }
  const leaks = [seen.malloc, seen.slots, seen.outside].filter(
    (one): one is Extract<Finding, { kind: 'leak' }> => one.kind === 'leak',
  );
  const stairs = leaks.some((one) => one.staircase);
  const half = Math.min(...leaks.map(({ trend }) => (trend.high - trend.low) / 2));
  return {
    kind: 'leak',
    cause: causeOf(seen, growth, samples),
    growth: atLeast(growth, seen),
    confidence: CONFIDENCE,
    smallestDetectable: Math.max(half, policy.leastRate),
    resident: residentOf(samples),
    evidence: stairs ? `grows in steps that double, without end ${through}` : `linear ${through}`,
  };
}

/** One step of a table beside the leak makes the line through all live bytes vague, but not what leaks for sure. */
function atLeast(growth: Growth, seen: Look): Growth {
  const sure = [seen.malloc, seen.slots].reduce(
    (sum, one) => sum + (one.kind === 'leak' ? Math.max(0, one.trend.low) : 0),
    0,
  );
  const { malloc } = growth;
  if (malloc.low > 0 || sure >= malloc.high) return growth;
  return { ...growth, malloc: { ...malloc, low: sure, perIteration: Math.max(sure, malloc.perIteration) } };
}

const rounded = (n: number): string => String(Number(n.toPrecision(2)));
