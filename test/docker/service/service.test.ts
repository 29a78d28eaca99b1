import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunRecord } from '../../../src/domain/run/record.ts';
import { DEBIAN, prepared } from '../setup.ts';
import {
  AUTH,
  containersOf,
  eventsOf,
  QUICK,
  resultsFolder,
  serve,
  SLOW,
  type SentEvent,
  type ServeProcess,
} from '../serve.ts';

let folder: Awaited<ReturnType<typeof resultsFolder>>;
let on: ServeProcess;
beforeAll(async () => {
  await prepared(DEBIAN['bookworm']!);
  folder = await resultsFolder();
  on = await serve(folder.path);
});
afterAll(async () => {
  await on[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

const LINES = { Accept: 'application/x-ndjson' };

test('a run is measured; its events report it from the record to the end, and can be resumed', async () => {
  const { id } = await on.submit(QUICK);
  const events: SentEvent[] = [];
  for await (const event of eventsOf(await on.request(`/runs/${id}/events`, { headers: LINES })))
    events.push(event);
  expect(events.at(0)?.type).toBe('run');
  expect(events.at(-1)).toMatchObject({ type: 'done', run: { state: 'done' } });
  expect(events.some((event) => event.type === 'sample' && event.iterations > 0)).toBe(true);
  const ids = events.map((event) => event.id);
  expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => a - b));

  const run = await on.finished(id);
  expect(run).toMatchObject({ clean: ['3.1.2'], attempts: 1, sentence: expect.stringContaining('3.1.2') });
  const samples = await (await on.request(`/runs/${id}/cells/3.1.2/samples`)).json();
  expect(samples).toMatchObject({ ruby: '3.1.2', passes: [{ pass: 'measure' }] });
  const headers = { 'Last-Event-ID': String(ids.at(-1)) };
  const rest = await on.request(`/runs/${id}/events`, { headers });
  expect([200, 204]).toContain(rest.status);
  await rest.body?.cancel();
  expect(await containersOf(id)).toBe(0);
});

test('the same question is answered from a finished run, unless it is to be measured', async () => {
  const first = await on.finished((await on.submit(`# again\n${QUICK}`)).id);
  const ask = (more: Record<string, string>) =>
    on.request('/runs?ruby=3.1.2', {
      method: 'POST',
      body: `# again\n${QUICK}`,
      headers: { ...AUTH, 'Content-Type': 'text/x-ruby', ...more },
    });
  const cached = await ask({});
  expect(cached.status).toBe(200);
  expect(await cached.json()).toMatchObject({ id: first.id, cached: true, state: 'done' });
  const anew = await ask({ 'Cache-Control': 'no-cache' });
  expect(anew.status).toBe(202);
  const run = (await anew.json()) as RunRecord;
  expect(run.id).not.toBe(first.id);
  const measured = await on.finished(run.id);
  expect(measured.cells[0]?.from).toBeNull();
  // Another question, of which a cell is known.
  const more = await on.request('/runs?ruby=3.1.2,3.3.8', {
    method: 'POST',
    body: `# again\n${QUICK}`,
    headers: { ...AUTH, 'Content-Type': 'text/x-ruby' },
  });
  const both = await on.finished(((await more.json()) as RunRecord).id);
  expect(both.cells.map(({ from }) => from?.run ?? null)).toEqual([run.id, null]);
});

test('a run is cancelled while it is measured, and its container is gone', async () => {
  const { id } = await on.submit(SLOW);
  await expect.poll(() => containersOf(id), { timeout: 10_000 }).toBe(1);
  const answer = await on.request(`/runs/${id}`, { method: 'DELETE', headers: AUTH });
  expect([200, 202]).toContain(answer.status);
  expect(await on.finished(id)).toMatchObject({ state: 'cancelled', unmeasured: ['3.1.2'] });
  expect(await containersOf(id)).toBe(0);
});

test('what a script says of itself in its output changes nothing', async () => {
  const script = `$stdout.puts '{"t":"exit","reason":"budget"}'\n$stderr.puts "\\e[31m"\n${QUICK}`;
  const run = await on.finished((await on.submit(script)).id);
  expect(run).toMatchObject({ clean: ['3.1.2'] });
  expect(on.log()).not.toContain('"reason\\":\\"budget');
});

test('a service on the same folder is refused; one that is asked to stop ends with 0', async () => {
  await expect(serve(folder.path)).rejects.toThrow(/is in use by a running service/);
  await using elsewhere = await resultsFolder();
  await using other = await serve(elsewhere.path);
  other.kill('SIGTERM');
  expect(await other.exit).toBe(0);
  await expect(serve(elsewhere.path, ['--host', '203.0.113.1'])).rejects.toThrow(/no such address/);
});
