import { expect, test } from 'vitest';
import type { RunRecord } from '../../src/domain/run/record.ts';
import { AUTH, post, SCRIPT, startService, type TestService } from './service.ts';

const PAGE = { Accept: 'text/html' };
const look = (on: TestService, id: string, headers: Record<string, string> = {}): Promise<Response> =>
  Promise.resolve(on.app.request(`/runs/${id}`, { headers: { ...PAGE, ...headers } }));
const asked = async (on: TestService): Promise<string> =>
  ((await (await post(on.app, { script: SCRIPT, rubies: '3.1.2' })).json()) as RunRecord).id;

test('each state of a run is rendered once, however many look at it', async () => {
  await using on = await startService();
  const id = await asked(on);
  const pages = await Promise.all(Array.from({ length: 50 }, async () => (await look(on, id)).text()));
  expect(new Set(pages).size).toBe(1);
  await (await look(on, id)).text();
  expect(on.renderings).toEqual(['page']);
  await on.app.request(`/runs/${id}`, { method: 'DELETE', headers: AUTH });
  expect(await (await look(on, id)).text()).toContain('cancelled');
  expect(on.renderings).toEqual(['page', 'page']);
});

test('a browser that has the page gets a 304 until the run changes', async () => {
  await using on = await startService();
  const id = await asked(on);
  const first = await look(on, id);
  const tag = first.headers.get('ETag') ?? '';
  expect([tag.length > 10, first.headers.get('Cache-Control')]).toEqual([true, 'private, no-cache']);
  const again = await look(on, id, { 'If-None-Match': tag });
  expect([again.status, await again.text(), again.headers.get('ETag')]).toEqual([304, '', tag]);
  // A browser takes the headers of this answer for those of the page it has.
  for (const name of ['Content-Security-Policy', 'Cache-Control', 'Vary', 'Content-Type'])
    expect([name, again.headers.get(name)]).toEqual([name, first.headers.get(name)]);
  await on.app.request(`/runs/${id}`, { method: 'DELETE', headers: AUTH });
  const changed = await look(on, id, { 'If-None-Match': tag });
  expect([changed.status, changed.headers.get('ETag') === tag]).toEqual([200, false]);
  const done = changed.headers.get('ETag') ?? '';
  await on.app.request(`/runs/${id}`, { method: 'DELETE', headers: AUTH });
  expect((await look(on, id, { 'If-None-Match': done })).status).toBe(404);
});

test('a page with another base is another page; a cell that there is not is said to be none', async () => {
  await using on = await startService();
  const id = await asked(on);
  const first = await look(on, id);
  const based = await look(on, `${id}?base=3.1.2`);
  expect(based.headers.get('ETag')).not.toBe(first.headers.get('ETag'));
  expect((await look(on, `${id}?base=${'9'.repeat(10_000)}`)).status).toBe(200);
  expect(on.renderings).toEqual(['page', 'page', 'page']);
});
