import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunRecord } from '../../src/domain/run/record.ts';
import { AUTH } from '../serve.ts';
import { startFleet, startsOf, submit, until, type TestFleet, type WorkerProcess } from './fleet.ts';

/** Time within which the cell of a lost worker is elsewhere. */
const ELSEWHERE_MS = 10_000;

let fleet: TestFleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(() => fleet[Symbol.asyncDispose]());

/** Whether every cell was measured, and is in the record once. */
function allMeasured({ state, cells }: RunRecord): boolean {
  const isOnce = new Set(cells.map(({ id }) => id)).size === cells.length;
  return state === 'done' && isOnce && cells.every(({ outcome }) => outcome === 'measured');
}

const started = ({ told }: WorkerProcess, run: RunRecord) =>
  told.find((one) => one.what === 'start' && one.run === run.id);

/** Starts two workers and a run, and says which of them has its cell. */
async function withTwo(seconds: number) {
  const both = await Promise.all(['a', 'b'].map((name) => fleet.worker(name)));
  for (const { told } of both) await until('both are there', () => told.length > 0);
  const run = await submit(fleet, seconds, '3.1.2');
  await until('it has started', () => both.some((one) => started(one, run) !== undefined));
  const [first, second] = both as [WorkerProcess, WorkerProcess];
  const isFirst = started(first, run) !== undefined;
  const dispose = async (): Promise<void> => {
    for (const one of both) await one[Symbol.asyncDispose]();
  };
  const [having, other] = isFirst ? [first, second] : [second, first];
  return { run, having, other, [Symbol.asyncDispose]: dispose };
}

test('kill -9 of a worker: its cell is elsewhere within 10 s', async () => {
  await using two = await withTwo(1);
  const killedAt = Date.now();
  two.having.kill('SIGKILL');
  const done = await fleet.on.finished(two.run.id, 30);
  expect(allMeasured(done)).toBe(true);
  expect(done.cells[0]?.host?.name).toBe(two.other.name);
  expect((started(two.other, two.run)?.at ?? Infinity) - killedAt).toBeLessThan(ELSEWHERE_MS);
  expect(await fleet.metric('matrix_fleet_hand_outs_lost_total')).toBe(1);
});

test('a worker that stands still: its cell goes elsewhere, and what it says afterwards is dropped', async () => {
  await using two = await withTwo(1);
  const { run, having, other } = two;
  // When it continues, it is done with its cell and about to report that.
  having.kill('SIGSTOP');
  const done = await fleet.on.finished(run.id, 30);
  having.kill('SIGCONT');
  expect(allMeasured(done)).toBe(true);
  expect(done.cells[0]?.host?.name).toBe(other.name);
  await until('it came again', () => having.told.filter(({ what }) => what === 'accepted').length === 2);
  await until('it has stopped, or said so in vain', async () => {
    const isStopped = having.told.some(({ what }) => what === 'stopped');
    return isStopped || (await fleet.metric('matrix_fleet_late_results_total')) > 0;
  });
  expect((await fleet.on.run(run.id)).cells).toEqual(done.cells);
});

test('a service that is told to stop lets nothing more begin, and ends when what runs has', async () => {
  await using worker = await fleet.worker('faithful');
  const starts = (): number => worker.told.filter(({ what }) => what === 'start').length;
  const run = await submit(fleet, 0.5, '3.1.0..3.1.3');
  await until('it has started', () => starts() > 0);
  // One may begin before the service hears it; in the two seconds that it has, all would.
  const before = starts();
  await fleet.restartService('SIGTERM');
  expect(starts() - before).toBeLessThanOrEqual(1);
  expect(allMeasured(await fleet.on.finished(run.id, 30))).toBe(true);
  expect([...startsOf(worker.told).values()]).toEqual([1, 1, 1, 1]);
});

test('kill -9 of the service: what was accepted is measured after its start', async () => {
  await using _ = await fleet.worker('faithful');
  const run = await submit(fleet, 0.3, '3.1.0..3.1.5');
  await until('two are done', async () => {
    const { cells } = await fleet.on.run(run.id);
    return cells.filter(({ state }) => state === 'done').length >= 2;
  });
  await fleet.restartService();
  expect(allMeasured(await fleet.on.finished(run.id, 40))).toBe(true);
});

test('kill -9 of Redis, FLUSHALL: what was on its way is sent again', async () => {
  await using workers = new AsyncDisposableStack();
  for (const name of ['a', 'b']) workers.use(await fleet.worker(name));
  const run = await submit(fleet, 0.3, '3.2');
  await until('it has begun', async () => (await fleet.on.run(run.id)).state === 'running');
  await sleep(300);
  await fleet.redis.client.flushall();
  await sleep(700);
  await fleet.redis.kill();
  await sleep(700);
  await fleet.redis.restart();
  await sleep(300);
  await fleet.redis.client.flushall();
  expect(allMeasured(await fleet.on.finished(run.id, 50))).toBe(true);
});

test('a full Redis: runs wait, the service says why, and goes on when there is room', async () => {
  await using _ = await fleet.worker('patient');
  await fleet.redis.client.config('SET', 'maxmemory', '1mb');
  await fleet.redis.client.set('ballast', 'x').catch(() => undefined);
  const run = await submit(fleet, 0.1, '3.1.2');
  await until('it says so', async () => {
    const answer = await fleet.on.request('/readyz');
    return answer.status === 503 && (await answer.text()).includes('is full');
  });
  await fleet.redis.client.config('SET', 'maxmemory', '0');
  expect(allMeasured(await fleet.on.finished(run.id, 30))).toBe(true);
});

test('a running cell is cancelled within a second', async () => {
  await using worker = await fleet.worker('obedient');
  const run = await submit(fleet, 30, '3.1.2');
  await until('it has started', () => started(worker, run) !== undefined);
  const cancelledAt = Date.now();
  await fleet.on.request(`/runs/${run.id}`, { method: 'DELETE', headers: AUTH });
  await until('it has stopped', () => worker.told.some(({ what }) => what === 'stopped'), 3_000);
  const stopped = worker.told.find(({ what }) => what === 'stopped');
  expect((stopped?.at ?? Infinity) - cancelledAt).toBeLessThan(1_000);
  expect((await fleet.on.finished(run.id, 5)).state).toBe('cancelled');
});

test('a worker that is told to stop returns what takes too long, and finishes the rest', async () => {
  await using leaving = await fleet.worker('leaving', { drainMs: 500 });
  const long = await submit(fleet, 1.5, '3.1.2');
  await until('it has started', () => started(leaving, long) !== undefined);
  await using staying = await fleet.worker('staying', { drainMs: 10_000 });
  await until('the other is there', () => staying.told.length > 0);
  leaving.kill('SIGTERM');
  expect(await leaving.exit).toBe(0);
  expect(allMeasured(await fleet.on.finished(long.id, 30))).toBe(true);
  const short = await submit(fleet, 1, '3.1.2');
  await until('it has started', () => started(staying, short) !== undefined);
  staying.kill('SIGTERM');
  expect(allMeasured(await fleet.on.finished(short.id, 30))).toBe(true);
  expect(await staying.exit).toBe(0);
  expect(staying.told.filter(({ what }) => what === 'stopped')).toEqual([]);
});

test('a worker whose engine is lost returns its cell', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'matrix-lost-'));
  await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
  const lostFile = join(folder, 'lost');
  await using lost = await fleet.worker('lost', { lostFile });
  const run = await submit(fleet, 1, '3.1.2');
  await until('it has started', () => started(lost, run) !== undefined);
  await writeFile(lostFile, '');
  await using sound = await fleet.worker('sound');
  await until('the other is there', () => sound.told.length > 0);
  await until('it was returned', () => lost.told.some(({ what }) => what === 'end'));
  const done = await fleet.on.finished(run.id, 30);
  expect(allMeasured(done)).toBe(true);
  expect(done.cells[0]?.host?.name).toBe('sound');
});
