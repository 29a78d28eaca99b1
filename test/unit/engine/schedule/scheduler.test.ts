import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { STANDARD_OPTIONS } from '../../../../src/domain/run/options.ts';
import type { RunRecord } from '../../../../src/domain/run/record.ts';
import type { CellJob, CellRunner } from '../../../../src/engine/cell-runner.ts';
import { newRecord, planRun } from '../../../../src/engine/plan/plan-run.ts';
import { prepareHere } from '../../../../src/engine/plan/prepare-here.ts';
import { Run } from '../../../../src/engine/run/run.ts';
import type { EngineState, Keeper } from '../../../../src/engine/schedule/ports.ts';
import { HeldPlan } from '../../../../src/engine/schedule/held-plan.ts';
import { ScheduledRun } from '../../../../src/engine/schedule/scheduled-run.ts';
import { Scheduler } from '../../../../src/engine/schedule/scheduler.ts';
import { createParser } from '../../../../src/prism/parser.ts';
import { matrixOf } from '../../domain/matrix-of.ts';
import { clean, leak } from '../../report/records.ts';
import { explanation, native } from '../../report/explain/findings.ts';

const CELLS = [clean('2.2.10'), leak('2.3.6'), leak('2.4.3')];
const matrix = matrixOf(CELLS.map(({ ruby }) => ruby));
const prepare = prepareHere(await createParser());
const clock = { now: () => 0, timestamp: () => '2026-01-01T00:00:00.000Z' };

/** Measures elsewhere: nothing gets there or back but copies. */
class Elsewhere implements CellRunner {
  readonly jobs: CellJob[] = [];
  /** What a measurement waits for. */
  held: Promise<void> = Promise.resolve();
  failing: Error | null = null;

  async measure(job: CellJob, _: unknown, signal: AbortSignal) {
    const copy = structuredClone(job);
    this.jobs.push(copy);
    const stopped = new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    await Promise.race([this.held, stopped]);
    if (this.failing !== null) throw this.failing;
    const cell = CELLS.find(({ id }) => id === copy.configuration.id)!;
    return structuredClone({ cell, traces: [], image: 'image' });
  }

  async explain(job: Parameters<CellRunner['explain']>[0]) {
    const { role } = structuredClone(job);
    return structuredClone(explanation(role === 'leak' ? [native()] : [], { role }));
  }

  async repeat(): ReturnType<CellRunner['repeat']> {
    return [];
  }

  async removed(): Promise<void> {}
}

class Engine implements EngineState {
  isUp = true;
  readonly #listeners: ((up: boolean) => void)[] = [];
  check = async (): Promise<boolean> => this.isUp;
  cleanUp = async (): Promise<void> => undefined;
  onChange(listener: (up: boolean) => void): void {
    this.#listeners.push(listener);
  }
  become(up: boolean): void {
    this.isUp = up;
    for (const listener of this.#listeners) listener(up);
  }
}

/** Makes a run in a new scheduler. */
async function scheduled(
  change: {
    readonly explain?: boolean;
    readonly mostTries?: number;
    readonly jobs?: number;
    readonly lastBeside?: boolean;
  } = {},
) {
  const { promise: over, resolve } = Promise.withResolvers<RunRecord>();
  const errors: unknown[] = [];
  const keeper: Keeper = {
    store: async (_, work) => work().then(() => true),
    measured: () => undefined,
    survives: (_, __, error) => errors.push(error) > 0,
    finish: async ({ run: one, stopping }) => resolve(await one.finish(stopping === 'cancel')),
  };
  const options = { ...STANDARD_OPTIONS, budgetSeconds: 1, explain: change.explain ?? false };
  const script = { name: 'repro.rb', text: '1000.times { }\n' };
  const request = { script, body: null, files: [], args: [], rubies: matrix.rubies, options, notes: [] };
  const plan = await planRun(request, prepare, null);
  const store = { saveRun: async () => undefined, saveTrace: async () => undefined };
  const given = { store, clock, describeResult: () => 'Done.', emit: () => undefined };
  const run = new ScheduledRun(
    new Run(newRecord(plan, matrix, clock, 'queued'), given),
    new HeldPlan(plan),
    'client',
    matrix.limits,
  );
  const [runner, engine] = [new Elsewhere(), new Engine()];
  const { jobs = 1, mostTries = 3, lastBeside = false } = change;
  const scheduler = new Scheduler({ jobs, mostTries, lastBeside, runner, engine, keeper });
  return { run, runner, engine, scheduler, over, errors };
}

test('a runner gets plain data and gives plain data: cells may be measured anywhere', async () => {
  const { run, runner, scheduler, over } = await scheduled({ explain: true });
  await scheduler.advance(run);
  const record = await over;
  expect(record).toMatchObject({ state: 'done', leaking: ['2.3.6', '2.4.3'], clean: ['2.2.10'] });
  expect(record.cells.map((cell) => cell.explanation?.role)).toEqual(['comparison', 'leak', 'leak']);
  expect(runner.jobs.map(({ runId, configuration }) => [runId, configuration.id])).toEqual([
    [run.id, '2.2.10'],
    [run.id, '2.3.6'],
    [run.id, '2.4.3'],
  ]);
});

/** Counts the cells that begin at once, and waits for all of them. */
async function begun(jobs: number, lastBeside: boolean): Promise<number> {
  const { run, runner, scheduler, over } = await scheduled({ jobs, lastBeside });
  const { promise, resolve } = Promise.withResolvers<void>();
  runner.held = promise;
  await scheduler.advance(run);
  await setImmediate();
  const count = runner.jobs.length;
  resolve();
  expect((await over).cells.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
  return count;
}

test('the last cell begins beside the others where that is wanted, and not where jobs are counted', async () => {
  expect(await begun(2, true)).toBe(3);
  expect(await begun(2, false)).toBe(2);
  // One at a time is one at a time.
  expect(await begun(1, true)).toBe(1);
});

test('what waits while the engine is away is measured when it is back', async () => {
  const { run, runner, engine, scheduler, over } = await scheduled();
  engine.become(false);
  await scheduler.advance(run);
  expect([runner.jobs.length, scheduler.waitingCells, scheduler.positions().get(run.id)]).toEqual([0, 3, 1]);
  engine.become(true);
  expect((await over).state).toBe('done');
});

test('a cancelled run leaves the queue, and what is measured of it is stopped', async () => {
  const { run, runner, scheduler, over } = await scheduled();
  runner.held = new Promise(() => {});
  await scheduler.advance(run);
  await expect.poll(() => runner.jobs.length).toBe(1);
  await scheduler.cancel(run);
  expect(scheduler.waitingCells).toBe(0);
  expect(await over).toMatchObject({ state: 'cancelled', cells: [{}, { outcome: 'cancelled' }, {}] });
  expect(runner.jobs).toHaveLength(1);
});

test('cancelled while the engine is away it ends, and waits for no engine', async () => {
  const { run, runner, engine, scheduler, over } = await scheduled();
  engine.become(false);
  await scheduler.advance(run);
  await scheduler.cancel(run);
  const { cells, state } = await over;
  expect([state, ...cells.map(({ outcome }) => outcome)]).toEqual([
    'cancelled',
    'cancelled',
    'cancelled',
    'cancelled',
  ]);
  expect(runner.jobs).toEqual([]);
});

test('a runner that fails is asked again, so often and no more', async () => {
  const { run, runner, scheduler, over, errors } = await scheduled({ mostTries: 2 });
  runner.failing = new TypeError('a bug');
  await scheduler.advance(run);
  expect((await over).cells.map(({ outcome, message }) => [outcome, message])).toEqual(
    CELLS.map(() => ['engine-error', 'a bug']),
  );
  expect([runner.jobs.length, errors.length]).toEqual([6, 6]);
});
