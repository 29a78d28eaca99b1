import type { RunEvent } from '../domain/run/event.ts';
import type { RunRecord } from '../domain/run/record.ts';
import type { Matrix } from '../domain/ruby/ruby.ts';
import type { ScriptParser } from '../script/syntax.ts';
import type { ReadLeak } from './explain/leak-readers.ts';
import { LocalRunner } from './local-runner.ts';
import { knownCells } from './measure/known-cell.ts';
import { newRecord, planRun } from './plan/plan-run.ts';
import { prepareHere } from './plan/prepare-here.ts';
import type { Clock, Containers, DescribeResult, Store } from './ports.ts';
import type { RunRequest } from './plan/run-request.ts';
import { Run } from './run/run.ts';
import type { EngineState, Keeper } from './schedule/ports.ts';
import { HeldPlan } from './schedule/held-plan.ts';
import { ScheduledRun } from './schedule/scheduled-run.ts';
import { Scheduler } from './schedule/scheduler.ts';

export interface RunDeps {
  readonly containers: Containers;
  readonly store: Store;
  readonly clock: Clock;
  readonly parser: ScriptParser;
  readonly matrix: Matrix;
  readonly jobs: number;
  /** Whether the last cell begins beside the others, as one more (SchedulerParts). */
  readonly lastBeside?: boolean | undefined;
  readonly describeResult: DescribeResult;
  /** Changes when the parts that measure or judge change; null: cells of earlier runs are not reused. */
  readonly measuringVersion?: string | null;
  /** Reads reports on leaks; by default on the calling thread. */
  readonly readLeak?: ReadLeak;
  emit(event: RunEvent): void;
}

/** A lost engine makes its cells fail: the command line does not wait for it. */
const ALWAYS_UP: EngineState = {
  isUp: true,
  check: async () => true,
  cleanUp: async () => undefined,
  onChange: () => undefined,
};

/**
 * Runs a script on every ruby of the request, with the service's scheduler and this run alone.
 * @throws {RequestError} before anything is started
 * @throws {StoreError} after the rest was stopped and its containers removed
 */
export async function runMatrix(request: RunRequest, deps: RunDeps, signal: AbortSignal): Promise<RunRecord> {
  const { matrix, clock, jobs, containers, store, measuringVersion = null } = deps;
  const plan = await planRun(request, prepareHere(deps.parser), matrix.gems);
  const run = new Run(newRecord(plan, matrix, clock, 'running'), deps);
  await run.enter('running');
  for (const text of run.record.notes) deps.emit({ type: 'note', text });
  const scheduled = new ScheduledRun(run, new HeldPlan(plan), '', matrix.limits);
  const keeper = new OneRunKeeper();
  const reading = deps.readLeak === undefined ? {} : { readLeak: deps.readLeak };
  const runner = new LocalRunner({
    containers,
    clock,
    places: jobs,
    known: knownCells(store, measuringVersion),
    ...reading,
  });
  const { lastBeside = false } = deps;
  const scheduler = new Scheduler({ jobs, lastBeside, mostTries: 1, runner, engine: ALWAYS_UP, keeper });
  const cancel = (): void => void scheduler.cancel(scheduled);
  signal.addEventListener('abort', cancel, { once: true });
  void (signal.aborted ? scheduler.cancel(scheduled) : scheduler.advance(scheduled));
  try {
    return await keeper.record;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}

/** Stores one run. A failing store, or a bug, ends it. */
class OneRunKeeper implements Keeper {
  /** Settles with the finished record; rejects with what ended the run. */
  readonly record: Promise<RunRecord>;
  readonly #settle: (record: Promise<RunRecord>) => void;
  readonly #fail: (error: unknown) => void;
  #error: { readonly cause: unknown } | null = null;

  constructor() {
    ({
      promise: this.record,
      resolve: this.#settle,
      reject: this.#fail,
    } = Promise.withResolvers<RunRecord>());
  }

  async store(_: ScheduledRun, work: () => Promise<void>): Promise<boolean> {
    await work();
    return true;
  }

  measured(): void {}

  survives(_: ScheduledRun, __: unknown, error: unknown): boolean {
    this.#error ??= { cause: error };
    return false;
  }

  async finish({ run, stopping }: ScheduledRun): Promise<void> {
    if (this.#error === null) this.#settle(run.finish(stopping === 'cancel'));
    else this.#fail(this.#error.cause);
  }
}
