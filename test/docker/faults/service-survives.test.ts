import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from 'vitest';
import { DEBIAN, prepared } from '../setup.ts';
import { containersOf, QUICK, resultsFolder, serve, SLOW } from '../serve.ts';
import { Wire } from '../wire.ts';

beforeAll(async () => {
  await prepared(DEBIAN['bookworm']!);
});

test.each([
  ['as soon as the run is accepted', 0],
  ['while its container is being started', 400],
  ['while it is measured', 3000],
])('killed %s, it loses nothing', async (_, afterMs) => {
  await using folder = await resultsFolder();
  const first = await serve(folder.path);
  const headers = { 'Idempotency-Key': 'once' };
  const { id } = await first.submit(SLOW, headers);
  await sleep(afterMs);
  first.kill('SIGKILL');
  expect(await first.exit).toBe('SIGKILL');

  await using second = await serve(folder.path);
  const run = await second.finished(id);
  expect(run).toMatchObject({ state: 'done', clean: ['3.1.2'] });
  expect(run.attempts).toBeLessThanOrEqual(2);
  if (afterMs > 1000) expect(run.attempts).toBe(2);
  expect((await second.submit(SLOW, headers)).id).toBe(id);
  expect(await containersOf(id)).toBe(0);
});

test('told to stop, it ends within its limit with 0; what was not done is measured by the next one', async () => {
  await using folder = await resultsFolder();
  await using first = await serve(folder.path, ['--drain', '1', '--jobs', '1']);
  const { id } = await first.submit(SLOW);
  const waiting = await first.submit(QUICK);
  await expect.poll(() => containersOf(id), { timeout: 10_000 }).toBe(1);
  const began = performance.now();
  first.kill('SIGTERM');
  await sleep(200);
  const answer = await first.submit(QUICK).catch((error: unknown) => String(error));
  expect(answer).toMatch(/is shutting down/);
  expect(await first.exit).toBe(0);
  expect(performance.now() - began).toBeLessThan(15_000);
  expect(await containersOf(id)).toBe(0);

  await using second = await serve(folder.path);
  expect(await second.finished(id)).toMatchObject({ state: 'done', attempts: 1 });
  expect(await second.finished(waiting.id)).toMatchObject({ state: 'done', attempts: 1 });
});

test('the engine goes away: the service says so, the run waits, and is measured when it is back', async () => {
  await using folder = await resultsFolder();
  const path = join(await mkdtemp(join(tmpdir(), 'matrix-wire-')), 'docker.sock');
  const wire = new Wire(path);
  await using on = await serve(folder.path, [], { DOCKER_HOST: `unix://${path}` });
  const { id } = await on.submit(SLOW);
  await expect.poll(() => containersOf(id), { timeout: 10_000 }).toBe(1);
  wire.cut();
  await expect.poll(async () => (await on.request('/readyz')).status, { timeout: 20_000 }).toBe(503);
  expect((await on.request('/healthz')).status).toBe(200);
  const queued = await on.submit(QUICK);
  await expect.poll(async () => (await on.run(id)).cells[0]?.state, { timeout: 20_000 }).toBe('queued');
  const again = new Wire(path);
  try {
    expect(await on.finished(id)).toMatchObject({ state: 'done', clean: ['3.1.2'] });
    expect(await on.finished(queued.id)).toMatchObject({ state: 'done' });
    expect((await on.request('/readyz')).status).toBe(200);
    // The container that was lost is gone as well, not only the one that took its place.
    await expect.poll(() => containersOf(id), { timeout: 10_000 }).toBe(0);
  } finally {
    again.cut();
  }
});

test('the engine hangs and continues later: the service says so, the run waits, and is measured then', async () => {
  await using folder = await resultsFolder();
  const path = join(await mkdtemp(join(tmpdir(), 'matrix-wire-')), 'docker.sock');
  const wire = new Wire(path);
  try {
    await using on = await serve(folder.path, [], { DOCKER_HOST: `unix://${path}` });
    const { id } = await on.submit(SLOW);
    await expect.poll(() => containersOf(id), { timeout: 10_000 }).toBe(1);
    wire.freeze();
    const ready = await on.request('/readyz');
    expect([ready.status, await ready.text()]).toEqual([503, expect.stringMatching(/no answer in 5 s/)]);
    expect((await on.request('/healthz')).status).toBe(200);
    const queued = await on.submit(QUICK);
    await expect.poll(async () => (await on.run(id)).cells[0]?.state, { timeout: 60_000 }).toBe('queued');
    wire.thaw();
    expect(await on.finished(id)).toMatchObject({ state: 'done', clean: ['3.1.2'], attempts: 1 });
    expect(await on.finished(queued.id)).toMatchObject({ state: 'done' });
    expect((await on.request('/readyz')).status).toBe(200);
    await expect.poll(() => containersOf(id), { timeout: 10_000 }).toBe(0);
  } finally {
    wire.cut();
  }
});
