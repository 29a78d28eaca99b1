import PQueue from 'p-queue';
import type { Configuration } from '../domain/configuration.ts';
import type { RunEvent } from '../domain/event.ts';
import type { RunRecord } from '../domain/record.ts';
import type { Matrix } from '../domain/ruby.ts';
import type { ScriptParser } from '../script/syntax.ts';
import { dueExplanations, type Due } from './explain/choose.ts';
import type { CellPlan } from './measure-cell.ts';
import { cellPlans, newRecord, planRun, prepareHere, type RunPlan } from './plan-run.ts';
import type { Clock, Containers, Store } from './ports.ts';
import type { RunRequest } from './run-request.ts';
import { Run } from './run.ts';

export interface RunDeps {
  readonly containers: Containers;
  readonly store: Store;
  readonly clock: Clock;
  readonly parser: ScriptParser;
  readonly matrix: Matrix;
  readonly jobs: number;
  emit(event: RunEvent): void;
}

/**
 * Does work side by side. Where a piece of it fails, the rest is stopped and waited for before the error goes up: its
 * containers would be left running otherwise.
 */
async function sideBySide(
  jobs: number,
  signal: AbortSignal,
  works: readonly ((signal: AbortSignal) => Promise<void>)[],
): Promise<void> {
  const queue = new PQueue({ concurrency: jobs });
  const failed = new AbortController();
  const stop = AbortSignal.any([signal, failed.signal]);
  try {
    await queue.addAll(
      works.map((work) => async () => {
        if (failed.signal.aborted) return;
        await work(stop).catch((error: unknown) => {
          failed.abort(error);
          throw error;
        });
      }),
    );
  } catch (error) {
    await queue.onIdle();
    throw error;
  }
}

/**
 * Runs a script on every ruby of the request; then its leaks are named, if that was asked for.
 * @throws {RequestError} before anything is started
 */
export async function runMatrix(request: RunRequest, deps: RunDeps, signal: AbortSignal): Promise<RunRecord> {
  const plan = await planRun(request, prepareHere(deps.parser));
  const run = new Run(newRecord(plan, deps.matrix, deps.clock, 'running'), deps);
  await run.enter('running');
  for (const text of run.record.notes) deps.emit({ type: 'note', text });
  const planOf = await cellPlans(plan, deps.matrix.limits, run.record.id);
  try {
    await measureAndExplain(run, plan, planOf, deps, signal);
  } finally {
    await run.left();
  }
  return run.finish(signal.aborted);
}

async function measureAndExplain(
  run: Run,
  { request, cells }: RunPlan,
  planOf: (cell: Configuration) => CellPlan,
  { containers, jobs }: RunDeps,
  signal: AbortSignal,
): Promise<void> {
  await sideBySide(
    jobs,
    signal,
    cells.map((cell) => async (stop) => run.keep(await run.attempt(planOf(cell), containers, stop))),
  );
  const due = (): readonly Due[] =>
    request.options.explain && !signal.aborted ? dueExplanations(run.record.cells, cells) : [];
  for (let round = due(); round.length > 0; round = due()) {
    await sideBySide(
      jobs,
      signal,
      round.map(({ cell, role }) => async (stop) => {
        if (stop.aborted) return;
        const explanation = await run.explain(planOf(cell), role, containers, stop);
        // What was cut off would be taken for all there is.
        if (!stop.aborted) await run.keepExplanation(cell.id, explanation);
      }),
    );
  }
}
