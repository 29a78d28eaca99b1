import { bytesPerIteration } from '../domain/measurement/hourly.ts';

/**
 * Every threshold of the verdict in one place. Bytes are bytes per innermost iteration unless said otherwise. The
 * rule is sequential: it runs after every checkpoint, and gives a verdict only when it is certain.
 */
export interface Policy {
  /** Iterations below which no leak is claimed, unless `enoughSeconds` have passed. */
  readonly leastIterations: number;
  /** The same where slots or a table grow, as in caches, unless `tableSeconds` of looping have passed. */
  readonly tableIterations: number;
  readonly tableSeconds: number;
  /** Iterations that show enough of a script's life: caches and tables that fill in 20,000 are full by then. */
  readonly manyIterations: number;
  /** The same for a leak whose growth is exact. */
  readonly manyForExact: number;
  /** Seconds of looping below which nothing is called clean. */
  readonly shortestForClean: number;
  /** Seconds of looping below which growth that is not exact is not reported. */
  readonly shortestSeconds: number;
  /** Seconds of looping below which no leak is claimed, however exact its growth. */
  readonly shortestForExact: number;
  /** Seconds required of a clean script that has run 10,000 iterations. */
  readonly cleanAtTenThousand: number;
  /** The power of the iterations with which these seconds fall: few iterations say little. */
  readonly cleanPower: number;
  /** Iterations that show a burst every 20,000. */
  readonly burstIterations: number;
  /** Seconds of looping below which no script that has run fewer is called clean. */
  readonly shortestBeforeBursts: number;
  /** Seconds required of growth that slows down after 10,000 iterations; these, too, fall with the root of the iterations. */
  readonly slowingAtTenThousand: number;
  /** The same for a leak: a cache that fills looks like one. */
  readonly leakAtTenThousand: number;
  /** The same for a leak whose growth is exact. */
  readonly exactAtTenThousand: number;
  /** Growth of fewer bytes per iteration is a trickle: clean bodies that `eval` creep like that for 100,000 iterations. */
  readonly trickleBelow: number;
  /** Iterations that a trickle of a byte or more has to last to be called a leak; a thinner one, longer in proportion. */
  readonly trickleIterations: number;
  /** Seconds of looping that are enough however few the iterations were. */
  readonly enoughSeconds: number;
  /** The same for bodies so slow that there were not even `fewIterations`. */
  readonly enoughForSlow: number;
  /** The same for a leak of a slow body whose growth is exact. */
  readonly enoughForExact: number;
  /** Checkpoints in the judged half below which there is no verdict. */
  readonly fewestCheckpoints: number;
  /** Readings of resident memory in the judged half that are needed; it is read less often. */
  readonly fewestReadings: number;
  /** Growth (bytes in all) that is enough evidence of a leak from `fewIterations` on. */
  readonly overwhelmingBytes: number;
  readonly fewIterations: number;
  /** Share of the memory limit that is enough evidence, however few the iterations: memory is about to run out. */
  readonly memoryShare: number;
  /** A leak's growth inside the judged half must be at least this (bytes in all). */
  readonly leastGrowth: number;
  /** Iterations from which steps that double are the steps of one buffer, and not of a warm-up seen over five octaves. */
  readonly manyForSteps: number;
  /** Growth (bytes in all) from which such steps count with fewer iterations. */
  readonly stepsOfFew: number;
  /** The same where growth is exact: hardly any scatter about the line, and a rise at every step. */
  readonly leastExactGrowth: number;
  /** Slowest leak that is called one. */
  readonly leastRate: number;
  /** Exact growth of this many bytes per iteration is never clean, however small its total so far. */
  readonly surelyWorth: number;
  /** Blocks or slots by which a count has to rise in a line to rule out a clean verdict; a single one more is chance. */
  readonly fewestMore: number;
  /** The same when no more samples come, and a warm-up that is ending cannot be followed. */
  readonly fewestMoreAtEnd: number;
  /** Seconds after which a falling series counts: memory that is returned at first may hide a leak. */
  readonly fallingSeconds: number;
  /** `[seconds of looping, bytes]`: a series is clean when its upper bound lies below; the longer the wait, the more. */
  readonly cleanBelow: readonly (readonly [number, number])[];
  /**
   * Bytes per iteration by which a series may have risen in the octave before, where nothing at all has moved since: one
   * block. A table that doubles, of a byte per iteration, rises by five times as much.
   */
  readonly stepBeforeStanding: number;
  /** `[seconds of looping, MB]`: a bound that comes to less in an hour of looping is clean as well. */
  readonly cleanBelowHourly: readonly (readonly [number, number])[];
  /** Share of a heavy iteration's allocations that scatter hides: a bound below is clean. */
  readonly churnShare: number;
  /** Largest such bound in MB per hour of looping: nobody would call more clean. */
  readonly churnHourly: number;
  /** Malloc bytes per iteration that make a body heavy, and seconds of looping that it needs. */
  readonly heavyBytes: number;
  readonly heavySeconds: number;
  /** A verdict is settled when this share of the iterations gives the same one. */
  readonly earlierShare: number;
  /** Least rate of the second half of the window against the first: a filling cache or √n growth decays. */
  readonly leastRatio: number;
  /** Growth (bytes in all) of resident memory that is waited for: clean bodies stay within a tenth of it. */
  readonly outsideDrift: number;
  /** Seconds of looping that `outsideDrift` is meant for; it is less in a shorter time. */
  readonly outsideDriftSeconds: number;
  /** Growth (bytes in all) of anonymous resident memory, beyond malloc, slots, arenas and heap pages, that is called a leak. */
  readonly outsideBytes: number;
  /** The same where it rises in every step, by an amount that is known well. */
  readonly outsideSteadyBytes: number;
  /** Seconds with a processor after which growth of resident memory that is not certain yet counts as none. */
  readonly outsidePatienceSeconds: number;
  /** Growth (bytes in all) of what glibc has in use beyond the counted blocks that rules out a clean verdict. */
  readonly uncountedBytes: number;
  /** Steady growth (bytes in all) within the allocator, where no live block explains it, that rules out a clean verdict. */
  readonly allocatorSteadyBytes: number;
  /** The same (bytes in all) that is waited for: on a busy machine few iterations take little. */
  readonly allocatorDrift: number;
}

export const POLICY: Policy = {
  leastIterations: 0,
  tableIterations: 0,
  tableSeconds: 0,
  manyIterations: 40_000,
  manyForExact: 24_000,
  shortestForClean: 0.3,
  shortestSeconds: 0.45,
  shortestForExact: 0.12,
  cleanAtTenThousand: 0.9,
  cleanPower: 0.8,
  burstIterations: 26_000,
  shortestBeforeBursts: 0.7,
  slowingAtTenThousand: 2,
  leakAtTenThousand: 4,
  exactAtTenThousand: 0.2,
  trickleBelow: 3,
  trickleIterations: 100_000,
  enoughSeconds: 14,
  enoughForSlow: 7,
  enoughForExact: 3,
  fewestCheckpoints: 4,
  fewestReadings: 4,
  overwhelmingBytes: 96 * 2 ** 20,
  fewIterations: 1_000,
  memoryShare: 0.5,
  leastGrowth: 12 * 2 ** 10,
  manyForSteps: 10_000,
  stepsOfFew: 8 * 2 ** 20,
  leastExactGrowth: 320,
  leastRate: 0.03,
  surelyWorth: 8,
  fewestMore: 3,
  fewestMoreAtEnd: 12,
  fallingSeconds: 6,
  cleanBelow: [
    [0, 0.05],
    [1.5, 0.2],
    [2.5, 0.5],
    [4, 1],
    [7, 2],
    [11, 4],
  ],
  stepBeforeStanding: 0.1,
  cleanBelowHourly: [
    [0, 1],
    [3, 4],
    [5, 8],
    [7, 16],
    [11, 24],
    [18, 48],
  ],
  churnShare: 0.0005,
  churnHourly: 480,
  heavyBytes: 2 ** 20,
  heavySeconds: 7,
  earlierShare: 1 / 1.15,
  leastRatio: 0.7,
  outsideDrift: 384 * 2 ** 10,
  outsideDriftSeconds: 0.7,
  outsideBytes: 3 * 2 ** 20,
  outsideSteadyBytes: 512 * 2 ** 10,
  outsidePatienceSeconds: 6,
  uncountedBytes: 2 ** 20,
  allocatorSteadyBytes: 8 * 2 ** 20,
  allocatorDrift: 2 ** 20,
};

const stepAt = (steps: readonly (readonly [number, number])[], seconds: number): number =>
  steps.findLast(([after]) => seconds >= after)?.[1] ?? 0;

/**
 * Calculates the bound for *clean* after so many seconds of looping, in bytes per iteration. It depends on
 * the iteration: a few bytes are nothing in one of 300 ms or of many megabytes, but a lot in one of a
 * microsecond.
 */
export const cleanBound = (
  policy: Policy,
  seconds: number,
  microsecondsPerIteration: number,
  churn: number,
): number =>
  Math.max(
    stepAt(policy.cleanBelow, seconds),
    bytesPerIteration(stepAt(policy.cleanBelowHourly, seconds), microsecondsPerIteration),
    churn >= policy.heavyBytes && seconds >= policy.heavySeconds
      ? Math.min(policy.churnShare * churn, bytesPerIteration(policy.churnHourly, microsecondsPerIteration))
      : 0,
  );

/**
 * Calculates the slowest growth that is worth waiting for once it is certain, in bytes per iteration. Less than the
 * smallest bound per hour of looping is not.
 */
export const worthARate = (policy: Policy, microsecondsPerIteration: number): number =>
  Math.max(
    policy.leastRate,
    bytesPerIteration(policy.cleanBelowHourly[0]?.[1] ?? 0, microsecondsPerIteration),
  );

/** Power of the iterations with which seconds fall: their root. */
export const ROOT = 0.5;

/** Calculates the seconds required after so many iterations, given those at 10,000: the more, the fewer they are. */
function fallingSeconds(
  iterations: number,
  how: {
    readonly atTenThousand: number;
    readonly power: number;
    readonly shortest: number;
    readonly longest: number;
  },
): number {
  const asked = how.atTenThousand * (10_000 / Math.max(1, iterations)) ** how.power;
  return Math.min(how.longest, Math.max(how.shortest, asked));
}

/** Finds the seconds that are enough however few the iterations were. */
const longestFor = (policy: Policy, iterations: number): number =>
  iterations < policy.fewIterations ? policy.enoughForSlow : policy.enoughSeconds;

/** Calculates the seconds of looping before a clean verdict, given the number of iterations. */
export function secondsForClean(policy: Policy, iterations: number): number {
  if (iterations >= policy.manyIterations) return policy.shortestForClean;
  return fallingSeconds(iterations, {
    atTenThousand: policy.cleanAtTenThousand,
    power: policy.cleanPower,
    shortest: iterations < policy.burstIterations ? policy.shortestBeforeBursts : policy.shortestForClean,
    longest: longestFor(policy, iterations),
  });
}

/** Calculates the seconds of looping before growth that slows down is reported. */
export function secondsForSlowing(policy: Policy, iterations: number): number {
  if (iterations >= policy.manyIterations) return policy.shortestSeconds;
  return fallingSeconds(iterations, {
    atTenThousand: policy.slowingAtTenThousand,
    power: ROOT,
    shortest: policy.shortestSeconds,
    longest: longestFor(policy, iterations),
  });
}

/**
 * Calculates the seconds of looping before a leak is claimed: fewer where growth is exact, since a second
 * container runs longer.
 */
export function secondsForLeak(policy: Policy, iterations: number, exact: boolean): number {
  const slow = iterations < policy.fewIterations;
  const shortest = exact ? policy.shortestForExact : policy.shortestSeconds;
  if (iterations >= (exact ? policy.manyForExact : policy.manyIterations)) return shortest;
  return fallingSeconds(iterations, {
    atTenThousand: exact ? policy.exactAtTenThousand : policy.leakAtTenThousand,
    power: ROOT,
    shortest,
    longest: slow && exact ? policy.enoughForExact : policy.enoughSeconds,
  });
}
