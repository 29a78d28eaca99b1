import { beforeEach, expect, test, vi } from 'vitest';
import { STANDARD_OPTIONS } from '../../../../src/domain/run/options.ts';
import type { RunEvent } from '../../../../src/domain/run/event.ts';
import type { RunRecord } from '../../../../src/domain/run/record.ts';
import { StoreError, type Store } from '../../../../src/engine/ports.ts';
import { runMatrix } from '../../../../src/engine/run-matrix.ts';
import type { RunRequest } from '../../../../src/engine/plan/run-request.ts';
import { createParser } from '../../../../src/prism/parser.ts';
import { sentenceOf } from '../../../../src/report/summary/sentence.ts';
import { matrixOf } from '../../domain/matrix-of.ts';
import { clean, leak } from '../../report/records.ts';
import { scriptedContainers } from '../scripted-containers.ts';
import { canned } from './canned.ts';

vi.mock('../../../../src/engine/measure/measure-cell.ts', async () => ({
  measureCell: (await import('./canned.ts')).measureCell,
}));
vi.mock('../../../../src/engine/explain/explain-cell.ts', async () => ({
  explainCell: (await import('./canned.ts')).explainCell,
}));

const CELLS = [clean('2.2.10'), leak('2.3.6'), leak('2.3.8'), leak('2.4.3'), clean('2.4.10')];
const matrix = matrixOf(CELLS.map((cell) => cell.ruby));
const parser = await createParser();
const clock = { now: () => performance.now(), timestamp: () => '2026-01-01T00:00:00.000Z' };

let saved: RunRecord[];
let events: RunEvent[];
beforeEach(() => {
  saved = [];
  events = [];
  canned.clear(CELLS);
});

const emit = (event: RunEvent): void => void events.push(event);

function run(
  explain: boolean,
  jobs = 1,
  signal = new AbortController().signal,
  saveRun: Store['saveRun'] = async (one) => void saved.push(one),
): Promise<RunRecord> {
  const request: RunRequest = {
    script: { name: 'repro.rb', text: '1000.times { }\n' },
    body: null,
    files: [],
    args: [],
    rubies: matrix.rubies,
    options: { ...STANDARD_OPTIONS, budgetSeconds: 1, explain },
    notes: [],
  };
  const store: Store = {
    saveRun,
    saveTrace: async () => undefined,
    findRun: async () => null,
    loadRun: async () => null,
    loadTraces: async () => [],
    listRuns: async () => ({ runs: [], warnings: [] }),
  };
  const { containers } = scriptedContainers([]);
  return runMatrix(
    request,
    { containers, store, clock, parser, matrix, jobs, emit, describeResult: sentenceOf },
    signal,
  );
}

const roles = (record: RunRecord) =>
  Object.fromEntries(record.cells.map((cell) => [cell.ruby, cell.explanation?.role ?? null]));

test('after all verdicts one ruby of each leak is explained, then a clean one to compare with', async () => {
  const record = await run(true);
  expect(canned.calls.slice(5)).toEqual(['leak 2.3.8', 'leak 2.4.3', 'comparison 2.4.10']);
  expect(roles(record)).toEqual({
    '2.2.10': null,
    '2.3.6': null,
    '2.3.8': 'leak',
    '2.4.3': 'leak',
    '2.4.10': 'comparison',
  });
  expect(record).toMatchObject({
    state: 'done',
    options: { explain: true },
    leaking: ['2.3.6', '2.3.8', '2.4.3'],
  });
  expect(saved.at(-1)).toEqual(record);
});

test('a comparison is given what was found in the leaks, and every one the cell as it was measured', async () => {
  await run(true);
  expect(canned.plans.map(({ measured }) => measured.growth?.malloc.perIteration)).toEqual([64, 64, 0]);
  expect(canned.plans.map(({ leaks }) => leaks.length)).toEqual([0, 0, 2]);
  expect(canned.plans.map(({ cell }) => cell.configuration.id)).toEqual(['2.3.8', '2.4.3', '2.4.10']);
  expect(canned.plans.map(({ comparedWith }) => comparedWith)).toEqual([
    undefined,
    undefined,
    ['2.3.8', '2.4.3'],
  ]);
});

test('it is reported: what is done about which ruby, and the cell once more', async () => {
  await run(true);
  const told = events.flatMap((event) => {
    if (event.type === 'cell-state' && event.state === 'explaining') return [`${event.ruby} ${event.detail}`];
    return event.type === 'cell' && event.cell.explanation !== null ? [`${event.cell.ruby} explained`] : [];
  });
  expect(told).toEqual([
    '2.3.8 naming the leak',
    '2.3.8 explained',
    '2.4.3 naming the leak',
    '2.4.3 explained',
    '2.4.10 comparing with the leak',
    '2.4.10 explained',
  ]);
  expect(events.at(-1)?.type).toBe('done');
});

test('nothing is explained unless it was requested', async () => {
  expect((await run(false)).options.explain).toBe(false);
  expect(canned.calls.filter((call) => !call.startsWith('measure'))).toEqual([]);
});

test('interrupted meanwhile: verdicts and explanations that were there are kept, what was cut off is not', async () => {
  const controller = new AbortController();
  canned.held.set('2.4.3', async () => controller.abort());
  const record = await run(true, 1, controller.signal);
  expect(canned.calls.slice(5)).toEqual(['leak 2.3.8', 'leak 2.4.3']);
  expect(roles(record)).toMatchObject({ '2.3.8': 'leak', '2.4.3': null, '2.4.10': null });
  expect(record).toMatchObject({ state: 'cancelled', leaking: ['2.3.6', '2.3.8', '2.4.3'] });
});

test('leaks are explained side by side, the comparison waits for all of them', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  canned.held.set('2.3.8', () => promise);
  canned.held.set('2.4.3', async () => resolve());
  await run(true, 2);
  expect(canned.calls.slice(5)).toEqual(['leak 2.3.8', 'leak 2.4.3', 'comparison 2.4.10']);
});

test('where a cell cannot be stored, the others are stopped and waited for before the error goes up', async () => {
  const { measureCell } = await import('./canned.ts');
  const leftover = Promise.withResolvers<void>();
  const order: string[] = [];
  measureCell.mockImplementation(async ({ configuration: { id } }, { onRemoval }, _, signal) => {
    canned.calls.push(`measure ${id}`);
    if (id !== '2.2.10') {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      order.push(`${id} stopped`);
      onRemoval(leftover.promise.then(() => void order.push('container removed')));
      setTimeout(() => leftover.resolve(), 50);
    }
    return { cell: CELLS.find((cell) => cell.id === id)!, traces: [], image: null };
  });
  const full = new StoreError('the disk is full');
  let saves = 0;
  const saveRun = async (): Promise<void> => {
    if ((saves += 1) > 1) throw full;
  };
  await expect(run(false, 2, undefined, saveRun)).rejects.toBe(full);
  expect(order).toEqual(['2.3.6 stopped', 'container removed']);
  expect(canned.calls).toEqual(['measure 2.2.10', 'measure 2.3.6']);
});
