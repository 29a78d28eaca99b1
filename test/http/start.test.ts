import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { assemble } from '../../src/composition/assemble.ts';
import { assembleService } from '../../src/composition/assemble-service.ts';
import { matrixOf } from '../../src/usecases/config.ts';
import type { ServeRequest } from '../../src/cli/serve/serve-deps.ts';
import type { RunRecord } from '../../src/domain/run/record.ts';
import { captured } from '../unit/cli/streams.ts';
import { post, SCRIPT, startService, TOKEN } from './service.ts';

const root = new URL('../../', import.meta.url);

test('who does not get the port resumes no run, and counts no attempt', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'matrix-start-'));
  await using _ = { [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
  const first = await startService({ folder });
  const run = (await (await post(first.app, { script: SCRIPT, rubies: '3.1.2' })).json()) as RunRecord;
  // As it is on the disk when a service dies in the middle of a run.
  await first.store.saveRun({ ...run, state: 'running' });
  const before = await first.store.loadTicket(run.id);
  const taken = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => taken.once('listening', resolve));
  const streams = captured({ DOCKER_HOST: 'unix:///nowhere/docker.sock' });
  const deps = await assemble({ root, streams });
  const request: ServeRequest = {
    host: '127.0.0.1',
    port: (taken.address() as AddressInfo).port,
    resultsFolder: folder,
    matrix: await matrixOf(deps, undefined),
    tokens: [{ name: 'a', secret: TOKEN }],
    jobs: 1,
    publicUrl: null,
    isPublic: false,
    isPrivate: false,
    waitingRuns: 8,
    writesPerMinute: 60,
    keepDays: 36_500,
    keepGib: 100,
    drainSeconds: 1,
    logLevel: 'info',
    redis: null,
    workerTokens: [],
  };
  const serve = assembleService(deps, fileURLToPath(new URL('images', root)));
  const stop = new AbortController();
  try {
    await expect(serve(request, () => stop.abort(), stop.signal)).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    expect(await first.store.loadTicket(run.id)).toEqual(before);
  } finally {
    taken.close();
  }
});

test('until what is stored was read, it is said that the service is starting', async () => {
  await using on = await startService({ starts: false });
  const early = await on.app.request('/runs');
  expect([early.status, early.headers.get('Retry-After')]).toEqual([503, '2']);
  expect((await post(on.app, { script: SCRIPT, rubies: '3.1.2' })).status).toBe(503);
  expect((await on.app.request('/readyz')).status).toBe(503);
  expect((await on.app.request('/healthz')).status).toBe(200);
  await on.service.start();
  expect((await on.app.request('/runs')).status).toBe(200);
});
