import type { LoopRecord } from '../../domain/run/record.ts';
import type { Limits } from '../../domain/ruby/ruby.ts';
import { reportedSlope } from '../../domain/run/leak-groups.ts';

/** How long the containers of a comparison run. */
export interface Turns {
  /** Iterations that each of them runs, so that all are compared over the same ones. */
  readonly iterations: number;
  /** Seconds of looping after which a container is ended. */
  readonly budgetSeconds: number;
}

/**
 * Target seconds of looping for the base and for the slowest cell; then the fewest iterations and the most
 * seconds of any.
 */
const BASE_SECONDS = 0.4;
const SLOWEST_SECONDS = 1.2;
const FEWEST_ITERATIONS = 40;
const MOST_SECONDS = 8;
/** Iterations of a loop whose time is unknown. */
const UNTIMED = 10_000;
/** Share of the container's memory that a leak may fill. */
const MEMORY_SHARE = 0.3;

/** Approximate number of checkpoints of a container, however fast its loop is, and their usual distance. */
const CHECKPOINTS = 40;
const USUAL_MS = 10;

/**
 * Calculates the distance of checkpoints, in percent of the usual, that gives enough of them in these
 * iterations.
 */
export function spacingFor(
  { microsecondsPerIteration }: Pick<LoopRecord, 'microsecondsPerIteration'>,
  { iterations }: Turns,
): number {
  if (microsecondsPerIteration === null) return 100;
  const loopMs = (iterations * microsecondsPerIteration) / 1000;
  return Math.max(1, Math.min(100, Math.round((100 * loopMs) / CHECKPOINTS / USUAL_MS)));
}

/** Chooses just enough iterations for a slope and a time: there are many containers. */
export function turnsOf(
  loops: readonly Pick<LoopRecord, 'microsecondsPerIteration' | 'growth' | 'cause'>[],
  { memoryMiB }: Limits,
  longestSeconds: number,
): Turns {
  const times = loops.flatMap(({ microsecondsPerIteration: time }) =>
    time === null || time <= 0 ? [] : [time / 1e6],
  );
  const [base, slowest] = [times[0] ?? 0, Math.max(0, ...times)];
  const timed = times.length === 0 ? UNTIMED : Math.min(BASE_SECONDS / base, SLOWEST_SECONDS / slowest);
  const patient = times.length === 0 ? 0 : Math.min(FEWEST_ITERATIONS, MOST_SECONDS / slowest);
  const rate = Math.max(0, ...loops.map((loop) => reportedSlope(loop)?.perIteration ?? 0));
  const room = rate > 0 ? (MEMORY_SHARE * memoryMiB * 2 ** 20) / rate : Infinity;
  const iterations = Math.max(4, Math.floor(Math.min(Math.max(timed, patient), room)));
  const expected = iterations * (slowest || BASE_SECONDS / UNTIMED);
  return { iterations, budgetSeconds: Math.min(longestSeconds, 3 * expected + 3) };
}
