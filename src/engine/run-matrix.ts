import PQueue from 'p-queue';
import type { RunEvent } from '../domain/event.ts';
import type { RunRecord } from '../domain/record.ts';
import type { Matrix } from '../domain/ruby.ts';
import type { ScriptParser } from '../script/syntax.ts';
import { dueExplanations, type Due } from './explain/choose.ts';
import { cellPlans, newRecord, planRun, prepareHere } from './plan-run.ts';
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
 * Runs a script on every ruby of the request; then its leaks are named, if that was asked for. Throws RequestError
 * before anything is started.
 */
export async function runMatrix(request: RunRequest, deps: RunDeps, signal: AbortSignal): Promise<RunRecord> {
  const plan = await planRun(request, prepareHere(deps.parser));
  const run = new Run(newRecord(plan, deps.matrix, deps.clock, 'running'), deps);
  await run.enter('running');
  for (const text of run.record.notes) deps.emit({ type: 'note', text });
  const planOf = await cellPlans(plan, deps.matrix.limits, run.record.id);
  const queue = new PQueue({ concurrency: deps.jobs });
  await queue.addAll(
    request.rubies.map(
      (ruby) => async () => run.keep(await run.attempt(planOf(ruby), deps.containers, signal)),
    ),
  );
  const due = (): readonly Due[] =>
    request.explain && !signal.aborted ? dueExplanations(run.record.cells, request.rubies) : [];
  for (let round = due(); round.length > 0; round = due()) {
    await queue.addAll(
      round.map(({ ruby, role }) => async () => {
        if (signal.aborted) return;
        const explanation = await run.explain(planOf(ruby), role, deps.containers, signal);
        // What was cut off would be taken for all there is.
        if (!signal.aborted) await run.keepExplanation(ruby.name, explanation);
      }),
    );
  }
  return run.finish(signal.aborted);
}
