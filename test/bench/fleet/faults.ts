import { setTimeout as sleep } from 'node:timers/promises';
import type { RunRecord } from '../../../src/domain/run/record.ts';
import { AUTH } from '../../serve.ts';
import { startFleet, submit, until, type TestFleet, type WorkerProcess } from '../../fleet/fleet.ts';
import { slowWire } from '../../fleet/slow-wire.ts';

/** A row of the bench: says what happened, or throws what was wrong. */
export interface Row {
  readonly name: string;
  run(): Promise<string>;
}

const RUBIES = '3.0..3.3';

/** Starts a fleet with workers of these names. */
export async function withWorkers(names: readonly string[], more: object = {}, args: readonly string[] = []) {
  const fleet = await startFleet({ args });
  const workers = await Promise.all(names.map((name) => fleet.worker(name, more)));
  for (const { told } of workers) await until('workers are there', () => told.length > 0, 60_000);
  return { fleet, workers, [Symbol.asyncDispose]: () => fleet[Symbol.asyncDispose]() };
}

/** Fails unless every cell of the run was measured, and is in it once. */
export function once(run: RunRecord): void {
  const wrong = run.cells.filter(({ outcome }) => outcome !== 'measured');
  if (wrong.length > 0) throw new Error(`${wrong.length} cells not measured: ${wrong[0]?.message}`);
  const ids = new Set(run.cells.map(({ id }) => id));
  if (ids.size !== run.cells.length) throw new Error('a cell is stored twice');
}

const counts = async (fleet: TestFleet): Promise<string> => {
  const lost = await fleet.metric('matrix_fleet_hand_outs_lost_total');
  return `${lost} lost, ${await fleet.metric('matrix_fleet_late_results_total')} late`;
};

const startOf = ({ told }: WorkerProcess, run: RunRecord): number | undefined =>
  told.find((one) => one.what === 'start' && one.run === run.id)?.at;

/** kill -9 of the worker that has the cell, many times over. */
export function killedWorkers(trials: number): Row {
  return {
    name: `kill -9 of a worker, ${trials} trials`,
    async run() {
      await using on = await withWorkers(['w0', 'w1', 'w2']);
      const workers = [...on.workers];
      const waits: number[] = [];
      for (let trial = 0; trial < trials; trial += 1) {
        const run = await submit(on.fleet, 0.3, '3.1.2');
        await until('it has started', () => workers.some((one) => startOf(one, run) !== undefined));
        const at = workers.findIndex((one) => startOf(one, run) !== undefined);
        const killedAt = Date.now();
        workers[at]?.kill('SIGKILL');
        workers[at] = await on.fleet.worker(`w${3 + trial}`);
        const done = await on.fleet.on.finished(run.id, 40);
        once(done);
        const again = on.fleet.told().findLast(({ what, run: id }) => what === 'start' && id === run.id);
        if (again !== undefined && again.at > killedAt) waits.push(again.at - killedAt);
      }
      const longest = Math.max(...waits) / 1000;
      if (longest > 10) throw new Error(`a cell was elsewhere after ${longest} s only`);
      return `each stored once; elsewhere after ${longest.toFixed(1)} s at most; ${await counts(on.fleet)}`;
    },
  };
}

export const faults: readonly Row[] = [
  {
    name: 'SIGSTOP of a worker for 60 s, then SIGCONT',
    async run() {
      await using on = await withWorkers(['a', 'b']);
      const run = await submit(on.fleet, 2, '3.1.2');
      await until('it has started', () => on.workers.some((one) => startOf(one, run) !== undefined));
      const asleep = on.workers.find((one) => startOf(one, run) !== undefined);
      asleep?.kill('SIGSTOP');
      const done = await on.fleet.on.finished(run.id, 30);
      once(done);
      await sleep(60_000 - 10_000);
      asleep?.kill('SIGCONT');
      await sleep(3_000);
      if (JSON.stringify((await on.fleet.on.run(run.id)).cells) !== JSON.stringify(done.cells))
        throw new Error('the record has changed');
      const host = done.cells[0]?.host?.name;
      if (host === asleep?.name) throw new Error('the late result was stored');
      return `measured by the other one, the record stays; ${await counts(on.fleet)}`;
    },
  },
  {
    name: 'kill -9 of the service in mid run, four times',
    async run() {
      await using on = await withWorkers(['a', 'b', 'c']);
      const run = await submit(on.fleet, 0.5, RUBIES);
      // After five a run is not retried: it may be what crashes the service.
      for (let time = 0; time < 4; time += 1) {
        await sleep(1_500);
        await on.fleet.restartService();
      }
      const done = await on.fleet.on.finished(run.id, 120);
      once(done);
      return `${done.cells.length} cells, each stored once`;
    },
  },
  {
    name: 'kill -9 of Redis in mid run, five times',
    async run() {
      await using on = await withWorkers(['a', 'b', 'c']);
      const run = await submit(on.fleet, 0.3, RUBIES);
      for (let time = 0; time < 5; time += 1) {
        await sleep(800);
        await on.fleet.redis.kill();
        await sleep(500);
        await on.fleet.redis.restart();
      }
      once(await on.fleet.on.finished(run.id, 120));
      return `each stored once; ${await counts(on.fleet)}`;
    },
  },
  {
    name: 'FLUSHALL in mid run, ten times',
    async run() {
      await using on = await withWorkers(['a', 'b', 'c']);
      const run = await submit(on.fleet, 0.3, RUBIES);
      for (let time = 0; time < 10; time += 1) {
        await sleep(400);
        await on.fleet.redis.client.flushall();
      }
      once(await on.fleet.on.finished(run.id, 120));
      return `each stored once; ${await counts(on.fleet)}`;
    },
  },
  {
    name: 'maxmemory 8 MB, filled by others for 5 s',
    async run() {
      await using on = await withWorkers(['a', 'b', 'c']);
      const { client } = on.fleet.redis;
      await client.config('SET', 'maxmemory', '8mb');
      const run = await submit(on.fleet, 0.3, RUBIES);
      await sleep(1_000);
      const filled = 'x'.repeat(64 * 1024);
      let keys = 0;
      while (await client.set(`ballast-${keys}`, filled).then(Boolean, () => false)) keys += 1;
      await until('it says so', async () =>
        (await (await on.fleet.on.request('/readyz')).text()).includes('full'),
      );
      await sleep(5_000);
      for (let key = 0; key < keys; key += 1) await client.del(`ballast-${key}`).catch(() => 0);
      once(await on.fleet.on.finished(run.id, 120));
      return `readyz said it was full; each stored once; ${await counts(on.fleet)}`;
    },
  },
  {
    name: 'a network that drops everything for 4 s, and for 12 s',
    async run() {
      await using fleet = await startFleet();
      await using toService = await slowWire(fleet.on.port);
      await using toRedis = await slowWire(Number(new URL(fleet.redis.url).port));
      const through = { server: toService.url('http'), redis: toRedis.url('redis') };
      const workers = await Promise.all(['a', 'b'].map((name) => fleet.worker(name, through)));
      for (const { told } of workers) await until('workers are there', () => told.length > 0, 60_000);
      const run = await submit(fleet, 0.5, RUBIES);
      for (const ms of [4_000, 12_000]) {
        await sleep(2_000);
        toService.hold(ms);
        toRedis.hold(ms);
        await sleep(ms);
      }
      once(await fleet.on.finished(run.id, 180));
      return `each stored once; ${await counts(fleet)}`;
    },
  },
  {
    name: 'the engine of one host dead: its cells move',
    async run() {
      await using on = await withWorkers(['sound']);
      const lost = await on.fleet.worker('lost', { lostFile: '/' });
      await until('it is there', () => lost.told.length > 0);
      const run = await submit(on.fleet, 0.2, '3.2');
      const done = await on.fleet.on.finished(run.id, 120);
      once(done);
      if (done.cells.some(({ host }) => host?.name === 'lost')) throw new Error('measured without an engine');
      return `all by the sound one; ${lost.told.filter(({ what }) => what === 'start').length} were returned`;
    },
  },
  {
    name: 'cancel of a running cell, twenty times',
    async run() {
      await using on = await withWorkers(['a', 'b', 'c']);
      const waits: number[] = [];
      for (let time = 0; time < 20; time += 1) {
        const run = await submit(on.fleet, 60, '3.1.2');
        const told = (what: string) => on.fleet.told().find((one) => one.run === run.id && one.what === what);
        await until('it has started', () => told('start') !== undefined);
        const at = Date.now();
        await on.fleet.on.request(`/runs/${run.id}`, { method: 'DELETE', headers: AUTH });
        await until('it has stopped', () => told('stopped') !== undefined);
        waits.push((told('stopped')?.at ?? Infinity) - at);
      }
      const longest = Math.max(...waits);
      if (longest > 1_000) throw new Error(`${longest} ms`);
      return `stopped after ${longest} ms at most`;
    },
  },
];
