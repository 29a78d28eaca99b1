import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { RunRecord } from '../../src/domain/record.ts';
import { AUTH, post, SCRIPT, startService, type TestService } from './service.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const PAGE = { headers: { Accept: 'text/html' } };

/** A run from its submission to its removal, with a reader of its events, a form that is wrong, and the pages. */
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
  // Thousands of requests: what is told here is bytes, however long they take on a machine that is busy.
}, 600_000);
