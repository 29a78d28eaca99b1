import { readFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunRecord } from '../../../src/domain/run/record.ts';
import { DEBIAN, prepared } from '../setup.ts';
import { AUTH, eventsOf, QUICK, resultsFolder, serve, SLOW, type ServeProcess } from '../serve.ts';

let folder: Awaited<ReturnType<typeof resultsFolder>>;
let on: ServeProcess;
beforeAll(async () => {
  await prepared(DEBIAN['bookworm']!);
  folder = await resultsFolder();
  on = await serve(folder.path, ['--jobs', '1', '--max-waiting', '20']);
});
afterAll(async () => {
  await on[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** Sends a request by Node: with any Host and Origin, and chunked where no length is given. */
function raw(
  headers: Record<string, string>,
  chunks: readonly string[],
  method = 'POST',
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { port: on.port, host: '127.0.0.1', method, path: '/runs?ruby=3.1.2', headers },
      resolve,
    );
    sent.on('error', reject);
    for (const chunk of chunks) sent.write(chunk);
    sent.end();
  });
}

const RUBY = { 'Content-Type': 'text/x-ruby' };

test.each([
  ['Host', 'evil.example'],
  ['Origin', 'http://evil.example'],
  ['Origin', 'null'],
])('a foreign %s %s is refused', async (name, value) => {
  const answer = await raw({ ...AUTH, ...RUBY, [name]: value }, [QUICK]);
  expect(answer.statusCode).toBe(403);
  answer.resume();
});

test('bodies beyond the limit are refused, announced or in chunks, and the service continues', async () => {
  const chunk = `#${'x'.repeat(64 * 1024)}\n`;
  const answer = await raw(
    { ...AUTH, ...RUBY },
    Array.from({ length: 100 }, () => chunk),
  );
  expect(answer.statusCode).toBe(413);
  answer.resume();
  const announced = connect(on.port, '127.0.0.1');
  announced.write(
    `POST /runs HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${AUTH.Authorization}\r\n` +
      'Content-Type: text/x-ruby\r\nContent-Length: 99999999999\r\n\r\n',
  );
  const [head] = (await new Promise((resolve) =>
    announced.once('data', (data) => resolve([String(data)])),
  )) as [string];
  expect(head).toMatch(/^HTTP\/1\.1 413 /);
  announced.destroy();
  const broken = connect(on.port, '127.0.0.1');
  broken.end('POST /runs HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n');
  broken.resume();
  expect((await on.request('/healthz')).status).toBe(200);
});

test('two hundred at once: as many as there is room for are accepted, the others told to come again', async () => {
  const slow = await on.submit(SLOW);
  const send = () =>
    on.request('/runs?ruby=3.1.2', {
      method: 'POST',
      body: QUICK,
      headers: { ...AUTH, ...RUBY, 'Cache-Control': 'no-cache' },
    });
  const answers = await Promise.all(Array.from({ length: 200 }, send));
  const statuses = answers.map((answer) => answer.status);
  expect(new Set(statuses)).toEqual(new Set([202, 429]));
  expect(statuses.filter((status) => status === 202)).toHaveLength(10);
  const refused = answers.filter((answer) => answer.status === 429);
  expect(refused.every((answer) => Number(answer.headers.get('Retry-After')) > 0)).toBe(true);
  const ids = await Promise.all(
    answers.filter(({ status }) => status === 202).map(async (one) => ((await one.json()) as RunRecord).id),
  );
  for (const id of [slow.id, ...ids]) {
    // The bucket of writes was emptied by the two hundred.
    let status = 429;
    while (status === 429) {
      ({ status } = await on.request(`/runs/${id}`, { method: 'DELETE', headers: AUTH }));
      if (status === 429) await sleep(600);
    }
    expect([200, 202, 204]).toContain(status);
  }
});

test('a reader of events that reads nothing disturbs nobody and costs little', async () => {
  await sleep(2000);
  const { id } = await on.submit(`$stdout.sync = true\n${QUICK}`);
  const before = await residentMib(on.pid);
  const dead = Array.from({ length: 20 }, () => {
    const socket = connect(on.port, '127.0.0.1').pause();
    socket.write(`GET /runs/${id}/events HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    return socket;
  });
  const types: string[] = [];
  const answer = await on.request(`/runs/${id}/events`, { headers: { Accept: 'application/x-ndjson' } });
  for await (const event of eventsOf(answer)) types.push(event.type);
  expect(types.at(-1)).toBe('done');
  expect(await residentMib(on.pid)).toBeLessThan(before + 60);
  for (const socket of dead) socket.destroy();
  await expect.poll(async () => (await on.request('/metrics')).text()).toMatch(/^matrix_event_streams 0$/m);
});

/** Reads the resident memory of a process. */
async function residentMib(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
}
