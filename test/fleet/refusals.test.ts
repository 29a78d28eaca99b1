import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serve } from '../serve.ts';
import { startFleet, submit, until, WORKER_TOKEN, type TestFleet } from './fleet.ts';
import { startRedis } from './redis.ts';

let fleet: TestFleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(() => fleet[Symbol.asyncDispose]());

test.each([
  [{ parts: { analysis: '0' } }, 'measures with other parts than the service: analysis'],
  [{ parts: { images: '0' } }, 'measures with other parts than the service: images'],
  [{ clockAheadMs: 60_000 }, 'ahead of the service’s'],
  [{ labels: { arch: 'arm64' } }, 'has the label arch=arm64, but its engine runs amd64'],
  [{ token: 'not-a-token-of-this-service' }, 'the token of a worker is needed'],
])('a worker is refused, and ends: %o', async (given, why) => {
  await using worker = await fleet.worker('wrong', given);
  expect(await worker.exit).toBe(2);
  expect(worker.log()).toContain(why);
});

test('a Redis that may drop keys is refused, by the service and by the worker', async () => {
  await using redis = await startRedis('--maxmemory-policy', 'allkeys-lru');
  const folder = await mkdtemp(join(tmpdir(), 'matrix-refused-'));
  await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
  const tokens = join(folder, 'tokens');
  await writeFile(tokens, WORKER_TOKEN, { mode: 0o600 });
  const start = serve(join(folder, 'results'), ['--redis', redis.url, '--worker-token-file', tokens]);
  await expect(start).rejects.toThrow('config set maxmemory-policy noeviction');
});

test('a service without Redis, or without workers, says so, and accepts runs that wait', async () => {
  const ready = async (): Promise<string> => (await fleet.on.request('/readyz')).text();
  await until('no worker is left', async () => (await ready()).includes('no worker is connected'));
  await fleet.redis.kill();
  await until('it misses Redis', async () => (await ready()).includes('does not answer'));
  await fleet.restartService();
  const run = await submit(fleet, 0.1, '3.1.2');
  expect(await ready()).toContain('does not answer');
  await fleet.redis.restart();
  await using _ = await fleet.worker('late');
  const done = await fleet.on.finished(run.id, 30);
  expect(done.cells[0]?.outcome).toBe('measured');
  expect(await ready()).toContain('"status":"ready"');
});
