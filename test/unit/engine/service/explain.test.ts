import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Ruby } from '../../../../src/domain/ruby/ruby.ts';
import type { RunService } from '../../../../src/engine/service/run-service.ts';
import type { Submission } from '../../../../src/engine/service/intake/submission.ts';
import { clean, leak } from '../../report/records.ts';
import { canned, gone } from '../explain/canned.ts';
import { asked, FakeEngine, finished, idOf, memory, ruby22, ruby23, ruby24, started } from './fake-engine.ts';

vi.mock('../../../../src/engine/measure/measure-cell.ts', async () => ({
  measureCell: (await import('../explain/canned.ts')).measureCell,
}));
vi.mock('../../../../src/engine/explain/explain-cell.ts', async () => ({
  explainCell: (await import('../explain/canned.ts')).explainCell,
}));

const RUBIES = [ruby22, ruby23, ruby24];
const ALL = ['leak 2.3.6', 'leak 2.4.3', 'comparison 2.2.10'];

const services: RunService[] = [];
async function begun(...given: Parameters<typeof started>): Promise<RunService> {
  const service = await started(...given);
  services.push(service);
  return service;
}
beforeEach(() => canned.clear([clean('2.2.10'), leak('2.3.6'), leak('2.4.3')]));
afterEach(async () => {
  for (const service of services.splice(0)) await service.drain(0);
});

function explaining(client: string, rubies: readonly Ruby[], more: Partial<Submission> = {}): Submission {
  const plain = asked(client, rubies, more);
  return { ...plain, request: { ...plain.request, options: { ...plain.request.options, explain: true } } };
}

const explained = (): readonly string[] => canned.calls.filter((call) => !call.startsWith('measure'));

/** Holds the explanation of a ruby back until the returned function is called. */
function hold(ruby: string): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  canned.held.set(ruby, () => promise);
  return resolve;
}

test('a run is running until it is explained', async () => {
  const release = hold('2.4.3');
  const service = await begun(new FakeEngine(), memory());
  const id = await idOf(service.submit(explaining('a', RUBIES)));
  await expect.poll(explained).toEqual(['leak 2.3.6', 'leak 2.4.3']);
  expect((await service.view(id))?.run).toMatchObject({
    state: 'running',
    finishedAt: null,
    leaking: ['2.3.6', '2.4.3'],
    cells: [{}, { explanation: { role: 'leak' } }, { state: 'done', explanation: null }],
  });
  release();
  const run = await finished(service, id);
  expect(run.state).toBe('done');
  expect(run.cells.map((cell) => cell.explanation?.role)).toEqual(['comparison', 'leak', 'leak']);
  expect(explained()).toEqual(ALL);
});

test('clients take turns at explanations too', async () => {
  const release = hold('2.3.6');
  const service = await begun(new FakeEngine(), memory());
  const a = await idOf(service.submit(explaining('a', RUBIES)));
  await expect.poll(explained).toEqual(['leak 2.3.6']);
  const b = await idOf(service.submit(asked('b', [ruby22])));
  release();
  await Promise.all([a, b].map((id) => finished(service, id)));
  expect(canned.calls.slice(3)).toEqual(['leak 2.3.6', 'leak 2.4.3', 'measure 2.2.10', 'comparison 2.2.10']);
});

test('killed at any time: what is explained is kept, the rest is resumed', async () => {
  const release = hold('2.4.3');
  const kept = memory();
  const id = await idOf((await begun(new FakeEngine(), kept)).submit(explaining('a', RUBIES)));
  await expect.poll(explained).toHaveLength(2);
  const left = { ...kept, runs: new Map(kept.runs), tickets: new Map(kept.tickets) };
  canned.calls = [];
  canned.held.clear();
  const again = await begun(new FakeEngine(), left);
  const run = await finished(again, id);
  expect(canned.calls).toEqual(['leak 2.4.3', 'comparison 2.2.10']);
  expect(run.cells.map((cell) => cell.explanation?.role)).toEqual(['comparison', 'leak', 'leak']);
  expect((await again.view(id))?.attempts).toBe(2);
  release();
});

test('a run that was under way whenever the service crashed ends with what there is', async () => {
  const release = hold('2.4.3');
  const kept = memory();
  const id = await idOf((await begun(new FakeEngine(), kept)).submit(explaining('a', RUBIES)));
  await expect.poll(explained).toHaveLength(2);
  const tickets = new Map([[id, { ...kept.tickets.get(id)!, attempts: 5 }]]);
  const left = { ...kept, runs: new Map(kept.runs), tickets };
  canned.calls = [];
  const run = await finished(await begun(new FakeEngine(), left), id);
  expect(canned.calls).toEqual([]);
  expect(run.cells.map((cell) => cell.explanation?.notes)).toEqual([
    [expect.stringMatching(/crashed 5 times/)],
    [],
    [expect.stringMatching(/crashed 5 times/)],
  ]);
  release();
});

test('drained: what is cut off is done by the next start', async () => {
  hold('2.3.6');
  const kept = memory();
  const service = await begun(new FakeEngine(), kept);
  const id = await idOf(service.submit(explaining('a', RUBIES)));
  await expect.poll(explained).toHaveLength(1);
  await service.drain(20);
  expect(kept.runs.get(id)).toMatchObject({ state: 'queued', cells: [{}, { explanation: null }, {}] });
  canned.calls = [];
  canned.held.clear();
  await finished(await begun(new FakeEngine(), kept), id);
  expect(canned.calls).toEqual(ALL);
});

test('cancelled meanwhile: the verdicts stay, nothing more is begun', async () => {
  hold('2.3.6');
  const service = await begun(new FakeEngine(), memory());
  const id = await idOf(service.submit(explaining('a', RUBIES)));
  await expect.poll(explained).toHaveLength(1);
  const answer = await service.cancelOrRemove(id, 5000);
  expect(answer).toMatchObject({
    run: { state: 'cancelled', leaking: ['2.3.6', '2.4.3'], cells: [{}, { explanation: null }, {}] },
  });
  expect(explained()).toEqual(['leak 2.3.6']);
});

test('an engine that goes away meanwhile is waited for', async () => {
  const release = hold('2.3.6');
  const engine = new FakeEngine();
  const service = await begun(engine, memory());
  const id = await idOf(service.submit(explaining('a', RUBIES)));
  await expect.poll(explained).toHaveLength(1);
  engine.lose();
  release();
  await expect.poll(() => service.load().engineProblem).not.toBeNull();
  expect((await service.view(id))?.run.cells[1]?.explanation).toBeNull();
  engine.up = true;
  const run = await finished(service, id);
  expect(run.cells.map((cell) => cell.explanation?.findings.length)).toEqual([0, 1, 1]);
});

test('a cell that cannot be explained says so; the others are', async () => {
  canned.held.set('2.3.6', async () => gone());
  const service = await begun(new FakeEngine(), memory());
  const run = await finished(service, await idOf(service.submit(explaining('a', RUBIES))));
  expect(run.cells[1]?.explanation?.notes).toEqual([expect.stringMatching(/the engine is gone/)]);
  expect(run.cells[2]?.explanation?.findings).toHaveLength(1);
});

/** Returns the same, by whoever takes an answer of before. */
const fromCache = (submission: Submission): Submission => ({
  ...submission,
  request: { ...submission.request, options: { ...submission.request.options, cache: true } },
});

test('a result is reused for a request that asks for no more than it holds', async () => {
  const service = await begun(new FakeEngine(), memory());
  const plain = await idOf(service.submit(fromCache(asked('a', RUBIES))));
  await finished(service, plain);
  const named = await service.submit(fromCache(explaining('b', RUBIES)));
  expect(named.kind).toBe('accepted');
  const id = named.kind === 'accepted' ? named.view.run.id : '';
  await finished(service, id);
  expect(await service.submit(fromCache(explaining('c', RUBIES)))).toMatchObject({
    kind: 'cached',
    view: { run: { id } },
  });
  expect(await service.submit(fromCache(asked('c', RUBIES)))).toMatchObject({
    kind: 'cached',
    view: { run: { id: plain } },
  });
  await service.cancelOrRemove(plain, 0);
  expect(await service.submit(fromCache(asked('c', RUBIES)))).toMatchObject({
    kind: 'cached',
    view: { run: { id } },
  });
});

test('a run that is seen to be finished is an answer, though its files are not in order yet', async () => {
  const release = hold('2.3.6');
  const kept = memory();
  const service = await begun(new FakeEngine(), kept);
  const id = await idOf(service.submit(fromCache(explaining('a', RUBIES))));
  const { promise, resolve } = Promise.withResolvers<void>();
  kept.held = promise;
  release();
  await finished(service, id);
  const again = await service.submit(fromCache(explaining('b', RUBIES)));
  resolve();
  expect(again).toMatchObject({ kind: 'cached', view: { run: { id } } });
});

test('a key stands for a request with its names, or without', async () => {
  const service = await begun(new FakeEngine(), memory());
  const key = { idempotencyKey: 'k' };
  const id = await idOf(service.submit(explaining('a', RUBIES, key)));
  expect(await idOf(service.submit(explaining('a', RUBIES, key)))).toBe(id);
  expect(await service.submit(asked('a', RUBIES, key))).toMatchObject({ refusal: { kind: 'key-reused' } });
});
