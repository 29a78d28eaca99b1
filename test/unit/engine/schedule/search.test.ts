import { expect, test } from 'vitest';
import { STANDARD_OPTIONS } from '../../../../src/domain/run/options.ts';
import type { RunEvent } from '../../../../src/domain/run/event.ts';
import type { CellRecord, RunRecord } from '../../../../src/domain/run/record.ts';
import type { CellRunner } from '../../../../src/engine/cell-runner.ts';
import { newRecord, planRun } from '../../../../src/engine/plan/plan-run.ts';
import { prepareHere } from '../../../../src/engine/plan/prepare-here.ts';
import type { RunRequest } from '../../../../src/engine/plan/run-request.ts';
import { Run } from '../../../../src/engine/run/run.ts';
import { HeldPlan } from '../../../../src/engine/schedule/held-plan.ts';
import type { Keeper } from '../../../../src/engine/schedule/ports.ts';
import { ScheduledRun } from '../../../../src/engine/schedule/scheduled-run.ts';
import { Scheduler } from '../../../../src/engine/schedule/scheduler.ts';
import { createParser } from '../../../../src/prism/parser.ts';
import { resultSentence } from '../../../../src/report/bisect/sentence.ts';
import { matrixOf } from '../../domain/matrix-of.ts';
import { clean, inconclusive, leak, LISTED } from '../../report/records.ts';

const matrix = matrixOf(LISTED);
const prepare = prepareHere(await createParser());
const clock = { now: () => 0, timestamp: () => '2026-01-01T00:00:00.000Z' };

const isLeaking = (name: string): boolean => /^2\.3\.|^2\.4\.[0-3]$/.test(name);

async function searching(
  answer: (name: string) => CellRecord,
  { jobs = 2, more = {} }: { readonly jobs?: number; readonly more?: Partial<RunRequest> } = {},
) {
  const { promise: over, resolve } = Promise.withResolvers<RunRecord>();
  const keeper: Keeper = {
    store: async (_, work) => work().then(() => true),
    measured: () => undefined,
    survives: (_, __, error) => {
      throw error;
    },
    finish: async ({ run: one, stopping }) => resolve(await one.finish(stopping === 'cancel')),
  };
  const options = { ...STANDARD_OPTIONS, budgetSeconds: 1, bisect: true };
  const script = { name: 'repro.rb', text: '1000.times { }\n' };
  const asked = { script, body: null, files: [], args: [], rubies: matrix.rubies, options, notes: [] };
  const plan = await planRun({ ...asked, ...more }, prepare, null);
  const events: RunEvent[] = [];
  const saved: RunRecord[] = [];
  const store = { saveRun: async (one: RunRecord) => void saved.push(one), saveTrace: async () => undefined };
  const emit = (event: RunEvent): void => void events.push(event);
  const run = new ScheduledRun(
    new Run(newRecord(plan, matrix, clock, 'queued'), { store, clock, describeResult: resultSentence, emit }),
    new HeldPlan(plan),
    'client',
    matrix.limits,
  );
  const measured: string[] = [];
  let busiest = 0;
  let busy = 0;
  const runner: CellRunner = {
    measure: async ({ configuration: { id } }) => {
      measured.push(id);
      busy += 1;
      busiest = Math.max(busiest, busy);
      await new Promise((done) => setTimeout(done, 1));
      busy -= 1;
      return { cell: answer(id), traces: [], image: null };
    },
    explain: () => Promise.reject(new Error('nothing is to be explained')),
    repeat: () => Promise.reject(new Error('nothing is to be compared')),
    removed: async () => undefined,
  };
  const up = {
    isUp: true,
    check: async () => true,
    cleanUp: async () => undefined,
    onChange: () => undefined,
  };
  const scheduler = new Scheduler({ jobs, mostTries: 1, runner, engine: up, keeper });
  return { run, scheduler, over, measured, events, saved, busiest: () => busiest };
}

const truth = (name: string): CellRecord => (isLeaking(name) ? leak(name) : clean(name));

test.each([1, 2, 4])('a search measures what it needs, %i side by side, and ends', async (jobs) => {
  const { run, scheduler, over, measured, busiest } = await searching(truth, { jobs });
  await scheduler.advance(run);
  const record = await over;
  expect(record.sentence).toBe(
    'A leak of 64 bytes per iteration (native) was introduced in 2.3.0; it was fixed in 2.4.4 and 2.5.0, never in 2.3.',
  );
  expect(new Set(measured).size).toBe(measured.length);
  expect(record.cells.map(({ id }) => id)).toEqual(LISTED.filter((name) => measured.includes(name)));
  expect(measured.length).toBeLessThanOrEqual(20);
  expect(busiest()).toBe(jobs);
  expect(record.bisect?.open).toEqual([]);
});

test('cells that give no answer are walked around, and those that are not here are never asked', async () => {
  const unavailable = ['2.3.0', '2.4.10'];
  const { run, scheduler, over, measured } = await searching(
    (name) => (name === '2.4.4' ? inconclusive(name) : truth(name)),
    { more: { unavailable } },
  );
  await scheduler.advance(run);
  const { sentence } = await over;
  expect(measured).not.toContain('2.3.0');
  expect(measured).not.toContain('2.4.10');
  expect(sentence).toContain('introduced between 2.2.10 and 2.3.1 (2.3.0 not available here)');
  expect(sentence).toContain(
    'fixed in 2.5.0 and between 2.4.3 and 2.4.5 (2.4.4 inconclusive), never in 2.3.',
  );
});

test('a search that is stopped keeps what it has found, and what is left', async () => {
  const { run, scheduler, over } = await searching((name) => {
    if (name === '2.4.10') void scheduler.cancel(run);
    return truth(name);
  });
  await scheduler.advance(run);
  const record = await over;
  expect(record.state).toBe('cancelled');
  expect(record.cells.every(({ state }) => state === 'done')).toBe(true);
  expect(record.bisect?.open).toEqual([{ from: '2.4.0', to: '2.4.10', cells: 9 }]);
  expect(record.sentence).toContain('(2.4.1–2.4.9 not measured yet)');
  // Whether it was fixed in 2.3 was not asked.
  expect(record.sentence).toContain('how 2.3 ended is not known');
});

test('readers of the events are reported every cell before it is measured', async () => {
  const { run, scheduler, over, events } = await searching(truth);
  await scheduler.advance(run);
  await over;
  const known = new Set<string>();
  const untold: string[] = [];
  for (const event of events) {
    if (event.type === 'run') for (const { id } of event.run.cells) known.add(id);
    if (event.type === 'cell' && !known.has(event.cell.id)) untold.push(event.cell.id);
  }
  expect(untold).toEqual([]);
  expect(known.size).toBeGreaterThan(8);
});

test.each([
  ['one release', { rubies: matrix.rubies.slice(0, 1) }, /needs two releases/],
  [
    'two gems',
    { options: { ...STANDARD_OPTIONS, budgetSeconds: 1, bisect: true, gems: ['a=1,2', 'b=1,2'] } },
    /one gem/,
  ],
])('%s is nothing to search', async (_, more, message) => {
  const request = {
    script: { name: 'a.rb', text: 'loop { }\n' },
    body: null,
    files: [],
    args: [],
    notes: [],
  };
  const options = { ...STANDARD_OPTIONS, budgetSeconds: 1, bisect: true };
  const asked = { ...request, rubies: matrix.rubies, options, ...more };
  await expect(planRun(asked, prepare, matrix.gems)).rejects.toThrow(message);
});
