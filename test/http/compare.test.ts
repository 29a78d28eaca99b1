import { afterAll, beforeAll, expect, test } from 'vitest';
import { clean, failed, inconclusive, leak, record } from '../unit/report/records.ts';
import { startService, type TestService } from './service.ts';

const PAGE = { Accept: 'text/html' };
const BASE = record(
  [
    leak('2.3.6'),
    clean('2.4.3'),
    leak('3.3.8', 100),
    inconclusive('3.4.1'),
    clean('2.2.10'),
    failed('2.5.0'),
  ],
  { sentence: 'It leaks.' },
);
const OTHER = record(
  [clean('2.3.6'), leak('2.4.3', 8), leak('3.3.8', 164), inconclusive('3.4.1'), clean('3.4.5')],
  {
    id: '20261124-071502-repro-aaaaaa',
    script: {
      name: 'edited<b>.rb',
      sha256: '1'.repeat(64),
      text: 'loop { }\nputs "<script>alert(1)</script>"\n',
    },
  },
);

let on: TestService;
beforeAll(async () => {
  on = await startService({ stored: [BASE, OTHER] });
});
afterAll(() => on[Symbol.asyncDispose]());

const ask = (base: string, other: string, headers: Record<string, string> = {}): Promise<Response> =>
  Promise.resolve(on.app.request(`/runs/${base}/compare/${other}`, { headers }));

test('cells of both, changed verdicts first; cells of one only; words, and where each run is', async () => {
  const answer = await ask(BASE.id, OTHER.id);
  expect([answer.status, answer.headers.get('Vary')]).toEqual([200, 'Accept']);
  const { cells, ...rest } = (await answer.json()) as { cells: { cell: string; change: string }[] };
  expect(cells.map(({ cell, change }) => [cell, change])).toEqual([
    ['2.3.6', 'verdict'],
    ['2.4.3', 'verdict'],
    ['3.3.8', 'unknown'],
    ['3.4.1', 'unknown'],
  ]);
  expect(rest).toMatchObject({
    base: { id: BASE.id, done: 6 },
    other: { id: OTHER.id },
    sameScript: false,
    onlyInBase: ['2.2.10', '2.5.0'],
    onlyInOther: ['3.4.5'],
  });
});

test('the page shows the same, and the lines that were changed; nothing of a script is markup', async () => {
  const answer = await ask(BASE.id, OTHER.id, PAGE);
  const page = await answer.text();
  expect([answer.status, answer.headers.get('Content-Security-Policy')]).toEqual([
    200,
    expect.stringContaining("default-src 'none'"),
  ]);
  expect(page).toContain('From leak (native) to clean: 2.3.6.');
  expect(page).toContain('<ins class="line">+puts &quot;&lt;script&gt;alert(1)&lt;/script&gt;&quot;</ins>');
  expect(page).not.toMatch(/<b>|<script>alert/);
});

test.each([
  ['nothing', OTHER.id],
  [BASE.id, 'nothing'],
  [BASE.id, '..'],
])('there is no %s with %s', async (base, other) => {
  expect((await ask(base, other)).status).toBe(404);
  expect((await ask(base, other, PAGE)).status).toBe(404);
});
