import { confirmingPolicy, confirmLeak } from '../analysis/confirm.ts';
import { POLICY, type Policy } from '../analysis/policy.ts';
import type { Trace } from '../domain/outcome.ts';
import type { CellRecord, CellState } from '../domain/record.ts';
import type { Ruby } from '../domain/ruby.ts';
import type { Sample } from '../domain/sample.ts';
import { failedCell, measuredCell } from './cell-record.ts';
import { runPass, type PassPlan, type PassResult } from './pass.ts';
import { EngineError, type Clock, type Containers } from './ports.ts';

export interface CellPlan extends Pick<
  PassPlan,
  | 'input'
  | 'scriptName'
  | 'loopLine'
  | 'loopEndLine'
  | 'args'
  | 'limits'
  | 'budgetSeconds'
  | 'exactCount'
  | 'labels'
> {
  readonly ruby: Ruby;
}

export interface CellWatcher {
  state(state: CellState, detail: string | null): void;
  sample(sample: Sample, slope: number | null): void;
  /** A container is being removed behind the result: whoever ends the program waits for it. */
  leaving(gone: PromiseLike<void>): void;
}

export interface MeasuredCell {
  readonly cell: CellRecord;
  readonly traces: readonly { readonly pass: 'measure' | 'confirm'; readonly trace: Trace }[];
}

const NOT_STARTED = 'cancelled before it was measured';

/** Engine trouble of one container becomes that cell's outcome; only bugs are thrown. */
async function guarded(
  ruby: string,
  seconds: () => number,
  signal: AbortSignal,
  work: () => Promise<MeasuredCell>,
): Promise<MeasuredCell> {
  if (signal.aborted) return unmeasured(ruby, 'cancelled', NOT_STARTED);
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) return unmeasured(ruby, 'cancelled', NOT_STARTED);
    if (!(error instanceof EngineError)) throw error;
    const failure = { kind: 'engine-error', stage: 'start', message: error.message, line: null } as const;
    return { cell: failedCell(ruby, failure, null, seconds()), traces: [] };
  }
}

/** Image, container, verdict; a leak is confirmed once in a fresh container. */
export function measureCell(
  plan: CellPlan,
  containers: Containers,
  clock: Clock,
  watcher: CellWatcher,
  signal: AbortSignal,
): Promise<MeasuredCell> {
  const name = plan.ruby.name;
  const began = clock.now();
  const seconds = (): number => (clock.now() - began) / 1000;
  return guarded(name, seconds, signal, async () => {
    watcher.state('preparing', null);
    const prepared = await containers.prepare(plan.ruby, (line) => watcher.state('preparing', line), signal);
    if (signal.aborted) return unmeasured(name, 'cancelled', NOT_STARTED);
    if (!prepared.ok) return unmeasured(name, prepared.kind, prepared.message);
    watcher.state('measuring', null);
    const measuring = clock.now();
    const pass = (confirming: boolean, policy: Policy): Promise<PassResult> =>
      runPass(
        {
          ...plan,
          image: prepared.image,
          confirming,
          policy,
          onSample: (sample, slope) => (confirming ? undefined : watcher.sample(sample, slope)),
          onLeaving: (gone) => watcher.leaving(gone),
        },
        containers,
        clock,
        signal,
      );
    const took = (): number => (clock.now() - measuring) / 1000;
    const first = await pass(false, POLICY);
    if (first.verdict === null) return failed(name, first, took());
    if (first.verdict.kind !== 'leak') {
      const cell = measuredCell(name, first.verdict, first.trace, took(), false, []);
      return { cell, traces: [{ pass: 'measure', trace: first.trace }] };
    }
    watcher.state('measuring', 'confirming the leak in a fresh container');
    const second = await pass(
      true,
      confirmingPolicy({ iterations: first.trace.samples.at(-1)?.iterations ?? 0 }),
    );
    const traces = [
      { pass: 'measure', trace: first.trace },
      { pass: 'confirm', trace: second.trace },
    ] as const;
    if (second.verdict === null) {
      const warning = `the leak was seen in one container, but not confirmed in a second: ${second.failure?.message ?? 'it gave no answer'}`;
      return { cell: measuredCell(name, first.verdict, first.trace, took(), false, [warning]), traces };
    }
    const verdict = confirmLeak(first.verdict, second.verdict);
    return { cell: measuredCell(name, verdict, first.trace, took(), verdict.kind === 'leak', []), traces };
  });
}

const failed = (name: string, pass: PassResult, seconds: number): MeasuredCell => ({
  cell: failedCell(
    name,
    pass.failure ?? { kind: 'engine-error', stage: 'loop', message: 'no samples arrived', line: null },
    pass.trace,
    seconds,
  ),
  traces: pass.trace.samples.length > 0 ? [{ pass: 'measure', trace: pass.trace }] : [],
});

function unmeasured(
  name: string,
  kind: 'cancelled' | 'image-unavailable' | 'engine-error',
  message: string,
): MeasuredCell {
  return {
    cell: failedCell(
      name,
      { kind, stage: kind === 'cancelled' ? 'queued' : 'image', message, line: null },
      null,
      0,
    ),
    traces: [],
  };
}
