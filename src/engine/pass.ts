import type { Ended } from '../analysis/ended.ts';
import { growthOf } from '../analysis/growth.ts';
import { judge } from '../analysis/judge.ts';
import type { Policy } from '../analysis/policy.ts';
import { grouped } from '../domain/digits.ts';
import type { Environment, Trace } from '../domain/outcome.ts';
import type { Limits } from '../domain/ruby.ts';
import type { Sample } from '../domain/sample.ts';
import type { Verdict } from '../domain/verdict.ts';
import { parseFrame } from '../protocol/frames.ts';
import { supervisorEnv } from '../protocol/supervisor-env.ts';
import { TraceBuilder } from '../protocol/trace-builder.ts';
import { failureOf, type Failure } from './failure.ts';
import { inContainer } from './in-container.ts';
import type { Clock, ContainerEnd, Containers, PreparedImage } from './ports.ts';

/** One container of a cell: what to run in it, and how to judge it. */
export interface PassPlan {
  readonly image: PreparedImage;
  readonly input: Uint8Array;
  readonly scriptName: string;
  readonly loopLine: number | null;
  readonly loopEndLine: number | null;
  readonly args: readonly string[];
  readonly limits: Limits;
  readonly budgetSeconds: number;
  readonly exactCount: boolean;
  readonly confirming: boolean;
  readonly policy: Policy;
  readonly labels: Readonly<Record<string, string>>;
  readonly onSample: (sample: Sample, slope: number | null) => void;
  /** Given the removal of the container, which goes on behind the result. */
  readonly onLeaving: (gone: PromiseLike<void>) => void;
}

export interface PassResult {
  readonly trace: Trace;
  readonly seconds: number;
  readonly verdict: Verdict | null;
  /** Set exactly when there is no verdict. */
  readonly failure: Failure | null;
}

/** A container that outlives its own deadlines by this much is ended from here. */
const GRACE_SECONDS = 20;
/** The judge is asked again when the iterations have grown by this share. */
const ASK_AGAIN = 1.04;
/** The slope that is shown while it runs is worked out no more often than a person can see. */
const SLOPE_MS = 250;

/** Runs one container and judges it while it runs: a settled verdict ends it. Never throws for a script's sake. */
export async function runPass(
  plan: PassPlan,
  containers: Containers,
  clock: Clock,
  signal: AbortSignal,
): Promise<PassResult> {
  const began = clock.now();
  const told = new TraceBuilder();
  const seconds = (): number => (clock.now() - began) / 1000;
  if (signal.aborted) return { trace: traceOf(told, plan), seconds: 0, verdict: null, failure: CANCELLED };
  const spec = { env: envOf(plan), input: plan.input, limits: plan.limits, labels: plan.labels };
  const use = { containers, image: plan.image, spec, longestMs: longestMs(plan), signal };
  return inContainer({ ...use, onLeaving: plan.onLeaving }, async (cell, { stop, overdue }) => {
    const settled = await listen(cell.lines, told, plan, clock, stop);
    if (settled !== null)
      return { trace: traceOf(told, plan), seconds: seconds(), verdict: settled, failure: null };
    if (signal.aborted)
      return { trace: traceOf(told, plan), seconds: seconds(), verdict: null, failure: CANCELLED };
    if (told.flooded !== null) await cell.kill();
    const end = await cell.ended;
    const result = conclude(told, end, plan, overdue());
    return { trace: traceOf(told, plan), seconds: seconds(), ...result };
  });
}

const longestMs = ({ limits, budgetSeconds }: PassPlan): number =>
  (limits.startSeconds + budgetSeconds + GRACE_SECONDS) * 1000;

const CANCELLED: Failure = {
  kind: 'cancelled',
  stage: 'loop',
  message: 'cancelled before a verdict was reached',
  line: null,
};

async function listen(
  lines: AsyncIterable<string>,
  told: TraceBuilder,
  plan: PassPlan,
  clock: Clock,
  stop: AbortSignal,
): Promise<Verdict | null> {
  let askedAt = 0;
  let slopeAtMs = -Infinity;
  for await (const line of lines) {
    if (stop.aborted) return null;
    const frame = parseFrame(line);
    if (frame === null) continue;
    told.add(frame);
    if (told.failed !== null || told.flooded !== null) return null;
    const sample = told.samples.at(-1);
    if (frame.t !== 'sample' || sample === undefined) continue;
    const slopeIsDue = clock.now() - slopeAtMs >= SLOPE_MS;
    if (slopeIsDue) slopeAtMs = clock.now();
    plan.onSample(sample, slopeIsDue ? (growthOf(told.samples)?.malloc.perIteration ?? null) : null);
    if (sample.iterations < askedAt * ASK_AGAIN) continue;
    askedAt = sample.iterations;
    const verdict = judge(told.samples, circumstances(plan, null), plan.policy);
    if (verdict !== null) return verdict;
  }
  return null;
}

const circumstances = (plan: PassPlan, ended: Ended | null) => ({
  memoryBytes: plan.limits.memoryMiB * 2 ** 20,
  ended,
});

function conclude(
  told: TraceBuilder,
  end: ContainerEnd,
  plan: PassPlan,
  overdue: boolean,
): Pick<PassResult, 'verdict' | 'failure'> {
  if (overdue) {
    const message = 'the container did not end in time and was killed: is the engine overloaded?';
    return { verdict: null, failure: { kind: 'engine-error', stage: 'loop', message, line: null } };
  }
  const failure = failureOf(told, end, {
    scriptName: plan.scriptName,
    loopLine: plan.loopLine,
    loopEndLine: plan.loopEndLine,
    startSeconds: plan.limits.startSeconds,
    memoryMiB: plan.limits.memoryMiB,
  });
  if (failure !== null && failure.kind !== 'out-of-memory') return { verdict: null, failure };
  const count = told.samples.at(-1)?.iterations ?? 0;
  const iterations = `${grouped(count)} iterations`;
  const ended: Ended =
    failure !== null
      ? {
          kind: 'memory',
          text: `the memory limit of ${plan.limits.memoryMiB} MiB was reached after ${iterations}`,
        }
      : told.exit?.reason === 'budget'
        ? { kind: 'budget', text: `the budget of ${plan.budgetSeconds} seconds ended after ${iterations}` }
        : { kind: 'script', text: told.loopEnded ?? `the script ended after ${iterations}` };
  const verdict = judge(told.samples, circumstances(plan, ended), plan.policy);
  // A leak may have eaten the memory before it was settled; anything else that runs out is its own row.
  if (failure !== null && verdict?.kind !== 'leak') return { verdict: null, failure };
  return { verdict, failure: null };
}

const envOf = (plan: PassPlan): Readonly<Record<string, string>> =>
  supervisorEnv({
    ruby: plan.image.ruby,
    script: plan.scriptName,
    args: plan.args,
    startSeconds: plan.limits.startSeconds,
    budgetSeconds: plan.budgetSeconds,
    outputBytes: plan.limits.outputKiB * 1024,
    exactCount: plan.exactCount,
    memsize: plan.confirming,
    seed: plan.confirming ? 7919 : 1,
    spacingPercent: plan.confirming ? 140 : 100,
    explain: null,
  });

function traceOf(told: TraceBuilder, plan: PassPlan): Trace {
  return {
    samples: told.samples,
    histograms: told.histograms,
    environment: environmentOf(told, plan.image),
    output: told.output(),
    contradictions: told.contradictions,
  };
}

function environmentOf(told: TraceBuilder, image: PreparedImage): Environment | null {
  if (told.system === null) return null;
  return {
    description: told.description ?? '',
    image: image.base,
    digest: image.digest,
    source: image.source,
    os: told.system.os,
    libc: told.system.libc,
    allocator: allocatorName(told.allocator ?? ''),
    arch: told.system.arch,
    workdir: told.system.workdir,
    runtime: told.system.runtime ?? null,
  };
}

/** The probe names the library that malloc comes from; people know the allocator. */
function allocatorName(library: string): string {
  if (/^libc[.-]/.test(library)) return 'glibc malloc';
  if (/musl/.test(library)) return 'musl malloc';
  return /(jemalloc|tcmalloc|mimalloc)/.exec(library)?.[1] ?? library;
}
