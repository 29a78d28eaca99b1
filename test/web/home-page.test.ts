import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { STANDARD_GEM_POLICY } from '../../src/domain/ruby/gems.ts';
import type { Matrix, Ruby } from '../../src/domain/ruby/ruby.ts';
import { parseVersion } from '../../src/domain/ruby/version.ts';
import { summaryOf } from '../../src/engine/service/archive/run-summary.ts';
import { EMPTY_FORM, EXAMPLE, errorPage, homePage, type HomePageModel } from '../../src/http/pages/index.ts';
import { LIMITS } from '../unit/domain/limits.ts';
import { series } from '../unit/report/records.ts';
import { complaintsOf, launch, open, WIDE, WIDTHS } from './browser.ts';
import { serve, type TestServer } from './server.ts';
import { finished, HISTORY, HUNDRED } from './traces.ts';

const NAMES = [...series('2.2', 10), ...series('2.3', 8), ...series('2.4', 10), ...series('2.5', 9), '4.0.6'];
const rubies: readonly Ruby[] = [...NAMES, 'all-ruby/2.3.6'].map((name) => ({
  name,
  version: parseVersion(name) ?? { major: 2, minor: 3, patch: 6 },
  sources: [{ kind: 'official', image: `ruby:${name}` }],
}));
const matrix: Matrix = {
  rubies,
  defaultSet: ['2.2.10', '2.3.8', '2.4.10', '4.0.6'],
  defaults: { budgetSeconds: 30, jobs: null },
  runtime: null,
  gems: STANDARD_GEM_POLICY,
  limits: { ...LIMITS, outputKiB: 256 },
};
const EMPTY = EMPTY_FORM;
const waiting = finished([], { state: 'queued', finishedAt: null, id: '20261123-071502-repro-aaaaaa' });
const fresh: HomePageModel = { matrix, latest: [], form: EMPTY, problem: null, signedIn: false };
const worker = {
  id: '0',
  token: 'one',
  name: 'rack-b2',
  host: { name: 'rack-b2.example.org', processor: 'Ampere Altra', kernel: '6.1' },
  arch: 'arm64',
  places: 8,
  taken: 3,
  labels: { rack: '<b>2</b>' },
  version: '0.1.0',
  since: '2026-11-26T00:00:00.000Z',
  problem: null,
  leaving: false,
  silentSeconds: 0.3,
  clockAheadSeconds: 0,
  stock: null,
};
const fleet = {
  workers: [
    worker,
    { ...worker, name: 'rack-b3', taken: 0, labels: {} },
    { ...worker, name: 'rack-b4', taken: 0, labels: {}, problem: 'the engine does not answer' },
    { ...worker, name: 'rack-b5', taken: 1, labels: {}, leaving: true },
  ],
  waiting: 4,
  counts: { handedOut: 120, lost: 2, late: 1 },
  problem: null,
};
const PAGES: Readonly<Record<string, HomePageModel>> = {
  fresh,
  example: {
    ...fresh,
    form: EXAMPLE,
    latest: [waiting, HISTORY, HUNDRED].map(summaryOf),
    signedIn: true,
    fleet,
  },
  settings: {
    ...fresh,
    matrix: { ...matrix, gems: { ...matrix.gems, clients: true } },
    form: {
      ...EXAMPLE,
      options: {
        with: 'jit=off\njit=yjit\narenas=default',
        env: 'RUBY_GC_HEAP_GROWTH_FACTOR=1.1,1.8\nLD_PRELOAD=x',
        gem: 'oj=3.11.8,3.12.0',
      },
    },
    problem: { field: 'env', message: "LD_PRELOAD is the measurement's own; choose another variable" },
    signedIn: true,
  },
  refused: {
    ...fresh,
    form: {
      ...EXAMPLE,
      script: '</textarea><script>alert(1)</script>',
      rubies: ['2.3', '2.2..9.9', '2.4.3'],
      options: { 'keep-sleep': 'true' },
    },
    problem: { field: 'ruby', message: '9.9 is not in the matrix' },
  },
};

let browser: Browser;
let server: TestServer;
beforeAll(async () => {
  browser = await launch();
  const error = errorPage({ status: 404, title: 'No such run', detail: 'no run 2026-x <b>' });
  const homes = Object.entries(PAGES).map(([name, model]) => [`/${name}`, () => homePage(model)] as const);
  server = await serve(new Map([...homes, ['/error', () => error]]));
});
afterAll(async () => {
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
});

describe.each(WIDTHS)('%i pixels', (width) => {
  test.each([...Object.keys(PAGES), 'error'])('%s: nothing to complain of', async (name) => {
    const page = { url: `${server.url}/${name}`, width, name: `home-${name}` };
    expect(await complaintsOf(browser, page)).toEqual([]);
  });
});

test('workers are a table with what each of them does, and with what was lost', async () => {
  await using tab = await open(browser, WIDE, { javaScript: false });
  await tab.page.goto(`${server.url}/example`);
  const workers = tab.page.getByRole('region', { name: 'Workers', exact: true });
  const rows = await workers.getByRole('row').allInnerTexts();
  expect(rows.map((row) => row.split(/\s*\t\s*/).join(' | '))).toEqual([
    'worker | host | processor | cells | state',
    'rack-b2 | rack-b2.example.org | arm64, Ampere Altra rack=<b>2</b> | 3 of 8 | measuring',
    'rack-b3 | rack-b2.example.org | arm64, Ampere Altra | 0 of 8 | idle',
    'rack-b4 | rack-b2.example.org | arm64, Ampere Altra | 0 of 8 | the engine does not answer',
    'rack-b5 | rack-b2.example.org | arm64, Ampere Altra | 1 of 8 | leaving',
  ]);
  expect(await workers.innerText()).toContain('120 handed out, 2 lost and handed out again, 1 dropped');
});

test('the form sends what was chosen, without JavaScript', async () => {
  await using tab = await open(browser, WIDE, { javaScript: false });
  await tab.page.goto(`${server.url}/example`);
  await tab.page.getByRole('checkbox', { name: 'every release of 2.2' }).check();
  await tab.page.getByRole('textbox', { name: 'Or as you would type them' }).fill('~>4.0');
  await tab.page.getByRole('checkbox', { name: 'Name the leak' }).check();
  await tab.page.getByRole('checkbox', { name: 'Keep the script’s sleeps' }).check();
  const sent = tab.page.waitForRequest((request) => request.method() === 'POST');
  await tab.page.getByRole('button', { name: 'Run', exact: true }).click();
  const fields = new URLSearchParams((await sent).postData() ?? '');
  expect(new URL((await sent).url()).pathname).toBe('/runs');
  expect(fields.getAll('ruby')).toEqual([
    '2.2',
    '2.2.10',
    '2.3.0',
    '2.3.8',
    '2.4.3',
    '2.4.4',
    '2.5.9',
    '~>4.0',
  ]);
  expect(fields.get('explain')).toBe('true');
  expect(fields.get('keep-sleep')).toBe('true');
  expect(fields.get('name')).toBe('require_pathname.rb');
  expect(fields.get('script')?.replaceAll('\r\n', '\n')).toBe(EXAMPLE.script);
});

test('settings are ticked as a person would, and come back as they were', async () => {
  await using tab = await open(browser, WIDE, { javaScript: false });
  await tab.page.goto(`${server.url}/settings`);
  const ticked = (name: string) => tab.page.getByRole('checkbox', { name, exact: true }).isChecked();
  expect([await ticked('off'), await ticked('yjit'), await ticked('zjit')]).toEqual([true, true, false]);
  expect(await tab.page.getByText("LD_PRELOAD is the measurement's own").isVisible()).toBe(true);
  await tab.page.getByRole('textbox', { name: 'Variables' }).fill('RUBYOPT=-W0');
  await tab.page.getByRole('checkbox', { name: 'jemalloc' }).check();
  const sent = tab.page.waitForRequest((request) => request.method() === 'POST');
  // Answered by no page: the browser stays where it is, and nothing interrupts what follows.
  await tab.page.route('**', (route) =>
    route.request().method() === 'POST' ? route.fulfill({ status: 204 }) : route.continue(),
  );
  await tab.page.getByRole('button', { name: 'Run', exact: true }).click();
  const fields = new URLSearchParams((await sent).postData() ?? '');
  // The last one is the field for settings without a box.
  const chosen = ['jit=off', 'jit=yjit', 'allocator=jemalloc', 'arenas=default'];
  expect(fields.getAll('with')).toEqual([...chosen, '']);
  expect([fields.get('env'), fields.get('gem')]).toEqual(['RUBYOPT=-W0', 'oj=3.11.8,3.12.0']);
  await tab.page.goto(`${server.url}/fresh`);
  expect(await tab.page.getByRole('textbox', { name: 'Gems' }).count()).toBe(0);
  await tab.page.getByText('Settings to compare').click();
  expect(await tab.page.getByRole('checkbox', { name: 'tcmalloc' }).isVisible()).toBe(true);
});

test('a refused form comes back as it was, with the reason at its field', async () => {
  await using tab = await open(browser, WIDE);
  await tab.page.goto(`${server.url}/refused`);
  expect(await tab.page.getByRole('textbox', { name: 'Script' }).inputValue()).toBe(
    '</textarea><script>alert(1)</script>',
  );
  expect(await tab.page.getByRole('textbox', { name: 'Or as you would type them' }).inputValue()).toBe(
    '2.2..9.9',
  );
  expect(await tab.page.getByRole('checkbox', { name: 'every release of 2.3' }).isChecked()).toBe(true);
  expect(await tab.page.getByRole('checkbox', { name: 'Keep the script’s sleeps' }).isChecked()).toBe(true);
  expect(await tab.page.getByText('9.9 is not in the matrix').isVisible()).toBe(true);
  expect(await tab.page.getByLabel('Token').getAttribute('type')).toBe('password');
});
