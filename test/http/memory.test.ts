import { setFlagsFromString } from 'node:v8';
import { setTimeout as sleep } from 'node:timers/promises';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { RunRecord } from '../../src/domain/run/record.ts';
import { AUTH, post, SCRIPT, startService, type TestService } from './service.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const PAGE = { headers: { Accept: 'text/html' } };

/**
 * Takes a run from its submission to its removal, with a reader of its events, a wrong form, and the pages.
 */
async function onceAround({ app }: TestService): Promise<void> {
  const run = (await (await post(app, { script: SCRIPT, rubies: '3.1.2' })).json()) as RunRecord;
  const events = (await app.request(`/runs/${run.id}/events`)).body!.getReader();
  await events.read();
  await (await app.request(`/runs/${run.id}`, PAGE)).text();
  await app.request(`/runs/${run.id}`, { method: 'DELETE', headers: AUTH });
  await events.cancel();
  await app.request(`/runs/${run.id}`, { method: 'DELETE', headers: AUTH });
  await (await post(app, { script: SCRIPT, rubies: '9.9', colour: 'red' })).text();
  for (const path of ['/', '/runs', '/docs', '/openapi.json', '/metrics', '/nowhere']) {
    await (await app.request(path, PAGE)).text();
  }
}

test('runs that are gone leave nothing behind', async () => {
  await using on = await startService();
  const times = async (count: number): Promise<number> => {
    for (let index = 0; index < count; index += 1) await onceAround(on);
    (on.logged as string[]).length = 0;
    collect();
    return process.memoryUsage().heapUsed;
  };
  await times(60);
  const before = await times(60);
  const after = await times(150);
  expect((after - before) / 150 / 1024).toBeLessThan(12);
  // Thousands of requests: this judges bytes, not how long they take on a busy machine.
}, 600_000);

test('runs that wait keep their files and their scripts on the disk, after a restart too', async () => {
  await using on = await startService({ http: { bodyBytes: 4 * 2 ** 20 } });
  const kept = async (): Promise<number> => {
    (on.logged as string[]).length = 0;
    // What is freed by one collection is returned behind it.
    for (let round = 0; round < 3; round += 1) {
      collect();
      await sleep(50);
    }
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  // A file of three megabytes, and a script of two thousand loops, which take a megabyte once they are read.
  const large = async (index: number): Promise<void> => {
    const files = { 'data.txt': `${index}`.repeat(3 * 2 ** 20).slice(0, 3 * 2 ** 20) };
    const script = `# ${index}\n${'100.times{}\n'.repeat(2_000)}`;
    const answer = await post(on.app, { script, rubies: '3.1.2', files });
    expect(answer.status).toBe(202);
    await answer.text();
  };
  await large(0);
  const before = await kept();
  for (let index = 1; index <= 20; index += 1) await large(index);
  expect(((await kept()) - before) / 20 / 1024).toBeLessThan(200);

  const earlier = await kept();
  await using next = await on.restarted();
  expect(next.service.load().waitingRuns).toBe(21);
  expect(((await kept()) - earlier) / 21 / 1024).toBeLessThan(200);
}, 600_000);
