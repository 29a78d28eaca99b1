import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test, type TestContext } from 'vitest';
import { AUTH, containersOf, QUICK, serve, type ServeProcess } from '../serve.ts';
import { DEBIAN, prepared } from '../setup.ts';
import { smallDisk, type SmallDisk } from './small-disk.ts';

/** Time to fill the disk while it is measured. */
const SCRIPT = `sleep 3\n${QUICK}`;

beforeAll(async () => {
  await prepared(DEBIAN['bookworm']!);
});

async function diskOf({ skip }: TestContext): Promise<SmallDisk> {
  return (await smallDisk()) ?? skip('a disk that can be filled is mounted, which is not permitted here');
}

/**
 * Starts a run that finishes, and another whose cell is measured while the disk is full, so that it cannot be
 * stored.
 */
async function filledWhileMeasuring(on: ServeProcess, disk: SmallDisk) {
  const old = await on.finished((await on.submit(QUICK)).id);
  const { id } = await on.submit(SCRIPT);
  await expect.poll(() => containersOf(id), { timeout: 10_000 }).toBe(1);
  await disk.fill();
  await expect
    .poll(() => on.log(), { timeout: 15_000 })
    .toMatch(/cannot be stored: retrying until the disk has room/);
  expect(on.log()).toMatch(/the disk is full; free some space/);
  return { old, id };
}

async function expectOldResults(on: ServeProcess, id: string): Promise<void> {
  expect(await on.run(id)).toMatchObject({ id, state: 'done', clean: ['3.1.2'] });
  const page = await on.request(`/runs/${id}`, { headers: { Accept: 'text/html' } });
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('3.1.2')]);
  const samples = await on.request(`/runs/${id}/cells/3.1.2/samples`);
  expect(await samples.json()).toMatchObject({ passes: [{ pass: 'measure' }] });
}

test('the disk fills while a cell is measured: nothing is lost, and all continues when there is room', async (context) => {
  await using disk = await diskOf(context);
  await using on = await serve(disk.results, ['--jobs', '1']);
  const { old, id } = await filledWhileMeasuring(on, disk);
  const refused = await on.request('/runs?ruby=3.1.2', {
    method: 'POST',
    body: QUICK,
    headers: { ...AUTH, 'Content-Type': 'text/x-ruby', 'Cache-Control': 'no-cache' },
  });
  expect(refused.status).toBe(507);
  expect(await refused.json()).toMatchObject({ detail: expect.stringMatching(/nearly full.*free/) });
  const ready = await on.request('/readyz');
  expect([ready.status, await ready.text()]).toEqual([503, expect.stringMatching(/nearly full/)]);
  await expectOldResults(on, old.id);
  // Longer than several tries: waiting for room does not wear the run out.
  await sleep(8000);
  expect(await on.run(id)).toMatchObject({ state: 'running', finishedAt: null });
  expect((await on.request('/healthz')).status).toBe(200);

  await disk.free();
  expect(await on.finished(id)).toMatchObject({ state: 'done', clean: ['3.1.2'], attempts: 1 });
  expect((await on.request('/readyz')).status).toBe(200);
  expect(await on.finished((await on.submit(QUICK)).id)).toMatchObject({ state: 'done' });
  // What was measured was kept in memory meanwhile, not measured again: one container for each of the three runs.
  const metrics = await (await on.request('/metrics')).text();
  expect(metrics).toMatch(/^matrix_stage_seconds_count\{stage="measuring"\} 3$/m);
  const files = await readdir(disk.results, { recursive: true });
  expect(files.filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('a run is cancelled while it retrying until the disk has room: the answer comes, and it is stored when there is some', async (context) => {
  await using disk = await diskOf(context);
  await using on = await serve(disk.results);
  const { old, id } = await filledWhileMeasuring(on, disk);
  const answer = await on.request(`/runs/${id}`, { method: 'DELETE', headers: AUTH });
  expect(answer.status).toBe(202);
  // Removing needs no room, and makes some; not enough for new runs here, but for this one's record.
  expect((await on.request(`/runs/${old.id}`, { method: 'DELETE', headers: AUTH })).status).toBe(204);
  expect(await on.finished(id)).toMatchObject({ state: 'cancelled' });
});

test.for([
  ['SIGKILL', 'SIGKILL'],
  ['SIGTERM', 0],
] as const)(
  '%s while the disk is full: the next service starts, reads, and takes the run up',
  async ([signal, code], context) => {
    await using disk = await diskOf(context);
    await using first = await serve(disk.results, ['--drain', '1']);
    const { old, id } = await filledWhileMeasuring(first, disk);
    first.kill(signal);
    expect(await first.exit).toBe(code);
    await using second = await serve(disk.results);
    await expectOldResults(second, old.id);
    expect(await second.run(id)).toMatchObject({ finishedAt: null });
    await disk.free();
    expect(await second.finished(id)).toMatchObject({ state: 'done', clean: ['3.1.2'] });
  },
);
