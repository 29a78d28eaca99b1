import { expect, test } from 'vitest';
import type { RunRecord } from '../../src/domain/run/record.ts';
import { AUTH, fieldsOf, post, SCRIPT, startService } from './service.ts';
import { listed } from '../listed.ts';

const ASK = { script: SCRIPT, rubies: '3.1.2' };
const idOf = async (answer: Response): Promise<string> => ((await answer.json()) as RunRecord).id;

test('the same key and request give the same run, also at once and after a restart', async () => {
  await using on = await startService();
  const key = { 'Idempotency-Key': 'k-1' };
  const both = await Promise.all([post(on.app, ASK, key), post(on.app, ASK, key)]);
  const [first, second] = await Promise.all(both.map(idOf));
  expect(second).toBe(first);
  expect((await listed(on.service)).length).toBe(1);
  const again = await on.restarted();
  expect(await idOf(await post(again.app, ASK, key))).toBe(first);
  const other = await post(again.app, { ...ASK, name: 'other.rb' }, key);
  expect(other.status).toBe(422);
  expect(await fieldsOf(other)).toEqual(['header Idempotency-Key']);
  const bob = { ...key, Authorization: 'Bearer another-token-for-tests-0123' };
  expect(await idOf(await post(again.app, ASK, bob))).not.toBe(first);
  expect((await post(again.app, ASK, { 'Idempotency-Key': 'ä' })).status).toBe(422);
  await again.service.drain(0);
});

test('the queue is bounded, one client holds half of it, and another still finds a place', async () => {
  await using on = await startService({ limits: { waitingRuns: 10 } });
  const answers = await Promise.all(Array.from({ length: 30 }, () => post(on.app, ASK)));
  const statuses = answers.map((answer) => answer.status);
  expect(statuses.filter((status) => status === 202)).toHaveLength(5);
  expect(statuses.filter((status) => status === 429)).toHaveLength(25);
  const refused = answers.find((answer) => answer.status === 429);
  expect(Number(refused?.headers.get('Retry-After'))).toBeGreaterThan(0);
  const bob = await post(on.app, ASK, { Authorization: 'Bearer another-token-for-tests-0123' });
  expect(bob.status).toBe(202);
  // Its turn comes after one of the other client's, not after all five.
  expect(await bob.json()).toMatchObject({ queuePosition: 2 });
});

test('a run that waits is cancelled at once, then removed', async () => {
  await using on = await startService();
  const id = await idOf(await post(on.app, { ...ASK, rubies: ['3.1.2', '3.3.8'] }));
  const cancelled = await on.app.request(`/runs/${id}`, { method: 'DELETE', headers: AUTH });
  expect(cancelled.status).toBe(200);
  const run = (await cancelled.json()) as RunRecord;
  expect(run.state).toBe('cancelled');
  expect(run.cells.map((cell) => cell.outcome)).toEqual(['cancelled', 'cancelled']);
  expect((await on.app.request(`/runs/${id}`, { method: 'DELETE', headers: AUTH })).status).toBe(204);
  expect((await on.app.request(`/runs/${id}`)).status).toBe(404);
  expect((await on.app.request(`/runs/${id}`, { method: 'DELETE', headers: AUTH })).status).toBe(404);
  expect(await on.store.runIds()).toEqual([]);
});

test('accepted runs outlive the process', async () => {
  await using on = await startService();
  const ids = [];
  for (let index = 0; index < 3; index += 1) ids.push(await idOf(await post(on.app, ASK)));
  const again = await on.restarted();
  const there = (await listed(again.service)).map((run) => run.id);
  expect(new Set(there)).toEqual(new Set(ids));
  expect(again.service.load()).toMatchObject({ waitingRuns: 3, waitingCells: 3 });
  await again.service.drain(0);
});

test('while it is stopped it takes nothing new, and says when to come again', async () => {
  await using on = await startService();
  await on.service.drain(0);
  const answer = await post(on.app, ASK);
  expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '30']);
  expect((await on.app.request('/readyz')).status).toBe(503);
});

test('a disk that is nearly full takes no runs, and gives what it has', async () => {
  let free = 1e9;
  await using on = await startService({ limits: { minimumFreeBytes: 1e6 }, freeBytes: () => free });
  const id = await idOf(await post(on.app, ASK));
  free = 1000;
  const answer = await post(on.app, ASK);
  expect([answer.status, await answer.json()]).toEqual([
    507,
    expect.objectContaining({ detail: expect.stringMatching(/nearly full \(0 MiB free/) }),
  ]);
  expect((await on.app.request(`/runs/${id}`)).status).toBe(200);
});

test('without an engine it is alive, not ready, and accepts runs that wait', async () => {
  await using on = await startService();
  expect((await on.app.request('/healthz')).status).toBe(200);
  const ready = await on.app.request('/readyz');
  expect([ready.status, await ready.json()]).toEqual([
    503,
    expect.objectContaining({ detail: 'no engine in this test' }),
  ]);
  expect((await post(on.app, ASK)).status).toBe(202);
  const metrics = await (await on.app.request('/metrics')).text();
  expect(metrics).toMatch(/^matrix_engine_up 0$/m);
  expect(metrics).toMatch(/^matrix_runs_waiting 1$/m);
  expect(await (await on.app.request('/rubies')).json()).toMatchObject({
    rubies: expect.arrayContaining([expect.objectContaining({ name: '2.3.6', image: 'unknown' })]),
  });
});

test('what waits is listed with its places, for programs and on a page', async () => {
  await using on = await startService();
  const bob = { Authorization: 'Bearer another-token-for-tests-0123' };
  const ids = [
    await idOf(await post(on.app, ASK)),
    await idOf(await post(on.app, ASK)),
    await idOf(await post(on.app, ASK, bob)),
  ];
  const queue = await (await on.app.request('/queue')).json();
  expect(queue).toMatchObject({
    running: [],
    // Clients take turns: the run of another comes before the second one of the first.
    waiting: [
      { id: ids[0], queuePosition: 1, state: 'queued', done: 0, rubies: 1 },
      { id: ids[2], queuePosition: 2 },
      { id: ids[1], queuePosition: 3 },
    ],
    measuringCells: 0,
    waitingCells: 3,
    engineProblem: 'no engine in this test',
  });
  const page = await (await on.app.request('/queue', { headers: { Accept: 'text/html' } })).text();
  expect(page).toContain('Nothing is measured at the moment: no engine in this test');
  expect(
    [...page.matchAll(/href="\/runs\/(2\d+[^"]*)"|Place (\d)/g)].map(([, id, place]) => id ?? place),
  ).toEqual([ids[0], '1', ids[2], '2', ids[1], '3']);
});
