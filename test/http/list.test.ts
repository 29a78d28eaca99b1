import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunRecord } from '../../src/domain/run/record.ts';
import { clean, leak, record } from '../unit/report/records.ts';
import { AUTH, fieldsOf, post, SCRIPT, startService, type TestService } from './service.ts';

interface Listed {
  readonly runs: readonly { readonly id: string }[];
  readonly next: string | null;
  readonly total: number;
}

const PAGE = { Accept: 'text/html' };
const STORED = [
  run(10, 'cache.rb', '$cache << Thread.new', [leak('2.3.6'), clean('2.4.3')]),
  run(11, 'other.rb', '1000.times { Object.new }', [clean('2.3.6'), leak('3.3.8+yjit')]),
  run(12, 'évil<b>.rb', '"<script>alert(1)</script>"', [clean('3.3.8')]),
];

function run(day: number, name: string, text: string, cells: Parameters<typeof record>[0]): RunRecord {
  return record(cells, {
    id: `202611${day}-071502-repro-3f9a2c`,
    createdAt: `2026-11-${day}T07:15:02.000Z`,
    script: { name, sha256: '0'.repeat(64), text },
  });
}

let on: TestService;
beforeAll(async () => {
  on = await startService({ stored: STORED });
});
afterAll(() => on[Symbol.asyncDispose]());

const ask = (query: string, headers: Record<string, string> = {}): Promise<Response> =>
  Promise.resolve(on.app.request(`/runs?${query}`, { headers }));
const found = async (query: string): Promise<string> => (await ask(query, PAGE)).text();
const days = async (query: string, headers: Record<string, string> = {}): Promise<readonly string[]> =>
  ((await (await ask(query, headers)).json()) as Listed).runs.map(({ id }) => id.slice(6, 8));

test.each([
  ['', ['12', '11', '10']],
  ['q=Thread', ['10']],
  ['q=%22Thread.new%22+cache.rb', ['10']],
  ['q=%3Cscript%3E', ['12']],
  ['q=Thread+ca', ['10']],
  ['q=Thread+zz', []],
  ['verdict=leak', ['11', '10']],
  ['ruby=2.3', ['11', '10']],
  ['ruby=2.2..2.4&verdict=leak', ['10']],
  ['ruby=~%3E3.3%2C2.4.3', ['12', '11', '10']],
  ['ruby=no-such-ruby', []],
  ['setting=jit%3Dyjit', ['11']],
  ['setting=yjit&verdict=clean', []],
  ['from=2026-11-11&to=2026-11-11', ['11']],
  ['state=unfinished', []],
  ['verdict=&q=&ruby=&from=', ['12', '11', '10']],
])('GET /runs?%s', async (query, expected) => {
  expect(await days(query)).toEqual(expected);
});

test('the page says which texts are too short to be looked for in scripts', async () => {
  expect(await found('q=ca+Thread+%3Cb')).toContain(
    '“ca” and “&lt;b” have fewer than three characters: they were looked for in names and results, not in scripts.',
  );
  expect(await found('q=ca')).toContain('“ca” has fewer than three characters: it was');
  expect(await found('q=Thread')).not.toContain('fewer than three');
});

test.each([
  'verdict=bad',
  'setting=colour',
  'from=yesterday',
  'cursor=x',
  'state=1',
  `q=${'x'.repeat(201)}`,
  'colour=red',
])('%s is refused, and names the field; the page shows it there', async (query) => {
  const answer = await ask(query);
  const field = query.split('=')[0] ?? '';
  expect([answer.status, await fieldsOf(answer)]).toEqual([422, [`query ${field}`]]);
  const page = await ask(query, PAGE);
  expect([page.status, page.headers.get('Content-Type')]).toEqual([422, 'text/html; charset=utf-8']);
});

test('a page for a browser: the same runs, an address for the next page, and nothing of a script as markup', async () => {
  const page = await (await ask('q=rb&limit=2&verdict=', PAGE)).text();
  expect(page).toContain('3 runs');
  expect(page).toContain(
    'href="/runs?q=rb&amp;limit=2&amp;cursor=2026-11-11T07%3A15%3A02.000Z_20261111-071502-repro-3f9a2c"',
  );
  expect(page).not.toMatch(/<b>|<script>alert/);
  const hostile = await (
    await ask('q=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E&compare=%22%3E%3Cb%3E', PAGE)
  ).text();
  expect(hostile).not.toMatch(/<b>|<script>alert/);
});

test('only mine: runs of the token that the request carries, which it has to', async () => {
  const id = ((await (await post(on.app, { script: SCRIPT, rubies: '3.1.2' })).json()) as RunRecord).id;
  const bob = { Authorization: 'Bearer another-token-for-tests-0123' };
  const mine = (await (await ask('mine=true', AUTH)).json()) as Listed;
  expect(mine.runs.map((one) => one.id)).toEqual([id]);
  expect(await days('mine=true', bob)).toEqual([]);
  expect((await ask('mine=true')).status).toBe(401);
  expect((await ask('mine=true', { Authorization: 'Bearer wrong' })).status).toBe(401);
  await on.app.request(`/runs/${id}`, { method: 'DELETE', headers: AUTH });
  await on.app.request(`/runs/${id}`, { method: 'DELETE', headers: AUTH });
});

const threads = async (service: TestService): Promise<number> =>
  ((await (await service.app.request('/runs?q=Thread')).json()) as Listed).runs.length;

test('the index survives a restart, is not read again, and is made again where it was removed', async () => {
  await using first = await startService({ stored: STORED });
  await using second = await first.restarted();
  expect([await threads(second), second.read.length]).toEqual([1, 0]);
  for (const end of ['', '-wal', '-shm']) await rm(join(second.folder, `.index.db${end}`), { force: true });
  expect([await threads(second), second.read.length]).toEqual([1, 3]);
});

test('a run of the command line is there with the next search, and goes with its folder', async () => {
  await using service = await startService({ stored: STORED });
  const other = run(13, 'cli.rb', 'loop { }', [leak('2.3.6')]);
  await service.store.saveRun(other);
  const total = async (): Promise<number> =>
    ((await (await service.app.request('/runs')).json()) as Listed).total;
  expect(await total()).toBe(4);
  await rm(join(service.folder, other.id), { recursive: true });
  expect(await total()).toBe(3);
});
