import type { Ended } from '../../analysis/ended.ts';
import { growthOf } from '../../analysis/growth.ts';
import type { Policy } from '../../analysis/policy.ts';
import { processOf } from '../../domain/cell/axis-values.ts';
import { grouped } from '../../domain/digits.ts';
import type { Environment, Trace } from '../../domain/measurement/outcome.ts';
import type { Sample } from '../../domain/measurement/sample.ts';
import { isJudged, type ScriptLoop } from '../../domain/loops/script-loop.ts';
import type { Stretch } from '../../domain/loops/stretch.ts';
import type { Frame } from '../../protocol/frames.ts';
import { supervisorEnv, type Focus } from '../../protocol/supervisor-env.ts';
import { TraceBuilder } from '../../protocol/trace-builder.ts';
import type { CellJob } from '../cell-runner.ts';
import { failureOf, type Failure } from './failures/failure.ts';
import { limitReached, taskRefused } from './failures/limit-reached.ts';
import { inContainer } from './in-container.ts';
import { framesOf } from './keyed-frames.ts';
import { StretchJudge, type StretchResult } from './judge-stretches.ts';
import { startStandBy, type StandBy } from './stand-by.ts';
import type { Clock, ContainerEnd, Containers, PreparedImage } from '../ports.ts';

/** What every container of a cell has in common. */
export interface PassPlan extends Omit<CellJob, 'runId' | 'gems'> {
  readonly image: PreparedImage;
  /** The one loop to measure; null: all of them. */
  readonly focus: Focus | null;
  readonly confirming: boolean;
  readonly policy: Policy;
  readonly labels: Readonly<Record<string, string>>;
  /** Set in containers that observe what the allocator keeps: nothing is trimmed there. */
  readonly watchesAllocator?: boolean;
  /** Seed of the checkpoints' jitter, where several containers do the same. */
  readonly seed?: number;
  /** Distance of the checkpoints, in per cent of the usual. */
  readonly spacingPercent?: number;
  /** Decides whether the samples of a stretch are enough; by default a settled verdict ends the container. */
  readonly enough?: (samples: readonly Sample[]) => boolean;
  readonly onSample: (sample: Sample, slope: number | null) => void;
  /** Called at each checkpoint with the loop that looks as if it leaked, if it is the one that decides the end. */
  readonly onCheckpoint?: (leaning: Focus | null) => void;
  /** Receives the removal of the container, which may finish after the result. */
  readonly onRemoval: (gone: PromiseLike<void>) => void;
}

export interface PassResult {
  readonly trace: Omit<Trace, 'histograms'> & Pick<TraceBuilder, 'histograms'>;
  readonly seconds: number;
  /** Judged stretches, in the order in which they ran. */
  readonly stretches: readonly StretchResult[];
  /** Iterations of each loop, judged or not. */
  readonly ran: (site: number) => number;
  /**
   * The stretch in a round of a table that the budget ended, so that later rounds were not reached; null
   * where all were.
   */
  readonly cutOff: { readonly stretch: Stretch; readonly why: string } | null;
  /** What a reader of the result has to know about the script, whatever its verdict. */
  readonly warnings: readonly string[];
  /** Why the cell was not measured; a leak among the stretches still counts. */
  readonly failure: Failure | null;
}

/** Seconds after its own deadlines at which a container is killed from outside. */
const GRACE_SECONDS = 20;
/** Distance of the checkpoints of a container that confirms, in per cent of the usual: it runs four times as far. */
const CONFIRMING_SPACING = 300;
/** Least time between two slopes that are computed for display. */
const SLOPE_MS = 250;

/** Starts the container of a pass before it is needed. */
export function standByFor(plan: PassPlan, containers: Containers, signal: AbortSignal): StandBy {
  const { image, input, limits, labels } = plan;
  return startStandBy(image, { input, limits, labels }, containers, signal);
}

/**
 * Runs one container and judges it meanwhile; settled verdicts end it. Script failures are returned, not
 * thrown.
 * @param standBy a container that was started for it; by default it is started now
 */
export async function runPass(
  plan: PassPlan,
  containers: Containers,
  clock: Clock,
  signal: AbortSignal,
  standBy?: StandBy | null,
): Promise<PassResult> {
  const began = clock.now();
  const trace = new TraceBuilder((site) => {
    const loop = plan.loops[site];
    return loop !== undefined && (isJudged(loop) || site === plan.focus?.site);
  });
  const judge = new StretchJudge(trace, plan, clock);
  const result = (failure: Failure | null, ended: Ended | null): PassResult => ({
    trace: traceOf(trace, plan),
    seconds: (clock.now() - began) / 1000,
    stretches: judge.results(ended),
    ran: (site) =>
      trace.countsAtEnd.get(site) ??
      trace.samples.at(-1)?.loops.find(([position]) => position === site)?.[1] ??
      0,
    cutOff: cutOffIn(trace.stretches.all.at(-1), ended),
    warnings: warningsOf(trace, plan),
    failure,
  });
  if (signal.aborted) return result(CANCELLED, null);
  const { cell: started, frameKey, release } = standBy ?? standByFor(plan, containers, signal);
  release(envOf(plan));
  const use = { start: () => started, longestMs: longestMs(plan), signal, onRemoval: plan.onRemoval };
  return inContainer(use, async (cell, { stop, overdue }) => {
    if (await readFrames(framesOf(cell.lines, frameKey), trace, judge, plan, clock, stop))
      return result(null, null);
    if (signal.aborted) return result(CANCELLED, null);
    if (trace.flooded !== null) await cell.kill();
    const end = await cell.ended;
    const { failure, ended } = conclude(trace, end, plan, overdue());
    return result(failure, ended);
  });
}

/** Twice the budget: that is how long the supervisor lets a script loop which waits for a processor. */
const longestMs = ({ limits, options }: PassPlan): number =>
  (limits.startSeconds + 2 * options.budgetSeconds + GRACE_SECONDS) * 1000;

function cutOffIn(last: Stretch | undefined, ended: Ended | null): PassResult['cutOff'] {
  if (last === undefined || last.ended !== null || last.context.rounds === '' || ended?.kind !== 'budget')
    return null;
  return { stretch: last, why: ended.text };
}

const CANCELLED: Failure = {
  kind: 'cancelled',
  stage: 'loop',
  code: 'cancelled',
  message: 'cancelled before a verdict was reached',
  line: null,
};

/** Reads frames until they end (false), or until the judge has what it needs (true). */
async function readFrames(
  frames: AsyncIterable<Frame | null>,
  trace: TraceBuilder,
  judge: StretchJudge,
  plan: PassPlan,
  clock: Clock,
  stop: AbortSignal,
): Promise<boolean> {
  let slopeAtMs = -Infinity;
  for await (const frame of frames) {
    if (stop.aborted) return false;
    if (frame === null) continue;
    trace.add(frame);
    if (trace.failed !== null || trace.flooded !== null) return false;
    const sample = trace.samples.at(-1);
    if (frame.t !== 'sample' || sample === undefined) continue;
    const slopeIsDue = clock.now() - slopeAtMs >= SLOPE_MS;
    if (slopeIsDue) slopeAtMs = clock.now();
    const { samples, before } = judge.take(sample);
    const slope = slopeIsDue ? (growthOf(samples)?.malloc.perIteration ?? null) : null;
    plan.onSample({ ...sample, iterations: before + sample.iterations }, slope);
    if (plan.onCheckpoint !== undefined) plan.onCheckpoint(judge.leaning(samples));
    if (plan.enough === undefined ? judge.isDone() : plan.enough(samples)) return true;
  }
  return false;
}

function conclude(
  trace: TraceBuilder,
  end: ContainerEnd,
  plan: PassPlan,
  overdue: boolean,
): { readonly failure: Failure | null; readonly ended: Ended } {
  const iterations = `${grouped(trace.samples.at(-1)?.iterations ?? 0)} iterations`;
  const script: Ended = { kind: 'script', text: trace.loopEnded ?? `the script ended after ${iterations}` };
  if (overdue) {
    const message = 'the container did not end in time and was killed: is the engine overloaded?';
    return {
      failure: { kind: 'engine-error', stage: 'loop', code: 'container-lost', message, line: null },
      ended: script,
    };
  }
  const failure = failureOf(trace, end, {
    scriptName: plan.scriptName,
    loops: plan.loops,
    limits: plan.limits,
  });
  if (failure?.kind === 'out-of-memory') {
    const text = `the memory limit of ${plan.limits.memoryMiB} MiB was reached after ${iterations}`;
    return { failure, ended: { kind: 'memory', text } };
  }
  if (failure !== null || trace.exit?.reason !== 'budget') return { failure, ended: script };
  const text = `the budget of ${plan.options.budgetSeconds} seconds ended after ${iterations}`;
  const remedy = trace.wasRefusedTask ? taskRefused(plan.limits) : null;
  return { failure: null, ended: { kind: 'budget', text, remedy } };
}

export const envOf = (plan: PassPlan): Readonly<Record<string, string>> =>
  supervisorEnv({
    ruby: plan.image.ruby,
    process: processOf(plan.configuration.ruby.version, plan.configuration.settings),
    script: plan.scriptName,
    directory: plan.image.own?.workdir ?? null,
    args: plan.args,
    startSeconds: plan.limits.startSeconds,
    options: plan.options,
    outputBytes: plan.limits.outputKiB * 1024,
    loops: plan.loops,
    focus: plan.focus,
    readsInside: plan.confirming && plan.focus !== null && hasInside(plan.loops, plan.focus.site),
    shareSeconds: plan.focus === null ? shareOf(plan) : null,
    memsize: plan.confirming,
    seed: plan.seed ?? (plan.confirming ? 7919 : 1),
    trims: plan.watchesAllocator !== true,
    spacingPercent: plan.spacingPercent ?? (plan.confirming ? CONFIRMING_SPACING : 100),
    explain: null,
  });

/**
 * Tells whether other loops may run inside of this one. Methods that it calls may contain any loop, so every
 * other one counts.
 */
const hasInside = (loops: readonly ScriptLoop[], site: number): boolean =>
  loops.some((loop, position) => position !== site && isJudged(loop));

/**
 * Calculates the share of the budget that a loop may take before later ones get their turn; null where there
 * are none.
 */
function shareOf({ loops, options }: PassPlan): number | null {
  const outermost = loops.filter((loop) => loop.subject && loop.around.length === 0).length;
  return outermost > 1 ? options.budgetSeconds / (outermost + 1) : null;
}

function warningsOf(trace: TraceBuilder, { limits }: PassPlan): string[] {
  const { shortenedSleepMs, wasRefusedTask, pastTheCount } = trace;
  const warnings: string[] = [];
  if (shortenedSleepMs !== null)
    warnings.push(
      `the loop spends most of its time in sleep: sleeps (of ${shortenedSleepMs} ms, say) were shortened to 1 ms (--keep-sleep leaves them as they are)`,
    );
  // Where ruby itself reported it, the loop's reason explains it.
  const isExplained =
    pastTheCount !== null && limitReached(pastTheCount.error, limits)?.code === 'process-limit';
  if (wasRefusedTask && !isExplained) warnings.push(taskRefused(limits));
  return warnings;
}

function traceOf(trace: TraceBuilder, plan: PassPlan): PassResult['trace'] {
  return {
    samples: trace.samples,
    histograms: trace.histograms,
    environment: environmentOf(trace, plan.image),
    output: trace.output(),
    contradictions: trace.contradictions,
  };
}

function environmentOf(trace: TraceBuilder, image: PreparedImage): Environment | null {
  if (trace.system === null) return null;
  return {
    description: trace.description ?? '',
    image: image.base,
    digest: image.digest,
    source: image.source,
    packages: image.packages ?? [],
    os: trace.system.os,
    libc: trace.system.libc,
    allocator: allocatorName(trace.allocator ?? ''),
    arch: trace.system.arch,
    workdir: image.own?.workdir ?? trace.system.workdir,
    runtime: trace.system.runtime ?? null,
    gems: image.gems ?? null,
  };
}

/** Names the allocator as people know it; the probe names its library. */
function allocatorName(library: string): string {
  if (/^libc[.-]/.test(library)) return 'glibc malloc';
  if (/musl/.test(library)) return 'musl malloc';
  return /(jemalloc|tcmalloc|mimalloc)/.exec(library)?.[1] ?? library;
}
