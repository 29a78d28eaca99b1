import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunRecord } from '../../src/domain/run/record.ts';
import { summaryOf } from '../../src/engine/service/archive/run-summary.ts';
import type { ServiceQueue } from '../../src/engine/service/queue.ts';
import { queuedCell } from '../../src/engine/measure/cell-record.ts';
import { comparePage, queuePage, runsPage } from '../../src/http/pages/index.ts';
import { cellNamed } from '../unit/domain/cell-named.ts';
import { cleanLoop, leaking } from '../unit/report/loops/loops.ts';
import { clean, leak } from '../unit/report/records.ts';
import { complaintsOf, launch, open, WIDE, WIDTHS } from './browser.ts';
import { serve, type TestServer } from './server.ts';
import { COMPARED, finished, HISTORY, HUNDRED } from './traces.ts';

const waiting = finished([], { state: 'queued', finishedAt: null, id: '20261123-071502-repro-aaaaaa' });
const runs = [waiting, HISTORY, HUNDRED, COMPARED].map(summaryOf);
const fresh = { typed: {}, short: [], next: null, problem: null, signedIn: false };
const MEASURED = finished([leak('2.3.6'), queuedCell(cellNamed('2.4.3'))], {
  id: '20261123-071502-repro-cccccc',
  state: 'running',
  finishedAt: null,
});
const QUEUE: ServiceQueue = {
  running: [{ summary: summaryOf(MEASURED), position: 1 }],
  waiting: [{ summary: summaryOf(waiting), position: 2 }],
  measuringCells: 1,
  waitingCells: 4,
  engineProblem: null,
};
const PAGES: Readonly<Record<string, string>> = {
  found: runsPage({
    ...fresh,
    typed: { q: 'require "Thread.new"', verdict: 'leak', ruby: '2.2..2.5', from: '2026-11-01' },
    found: { runs, hasMore: true, total: 1000 },
    next: '2026-11-23T07:15:02.000Z_20261123-071502-repro-3f9a2c',
    signedIn: true,
  }),
  none: runsPage({
    ...fresh,
    typed: { q: 'no "<b" thing' },
    short: ['no', '<b'],
    found: { runs: [], hasMore: false, total: 0 },
  }),
  wrong: runsPage({
    ...fresh,
    typed: { setting: 'colour=red' },
    found: null,
    problem: { field: 'setting', message: 'colour=red is no setting that a cell is named by' },
  }),
  queue: queuePage(QUEUE, true),
  empty: queuePage({ ...QUEUE, running: [], waiting: [], engineProblem: 'no engine answers' }, false),
  choose: runsPage({ ...fresh, typed: { compare: HISTORY.id }, found: { runs, hasMore: false, total: 4 } }),
};

/** The same releases with an edited script: other verdicts, other growth, a cell more and one less. */
const LOOPED: RunRecord = {
  ...HISTORY,
  cells: HISTORY.cells.map((cell) => ({
    ...cell,
    loops: cell.outcome === 'measured' ? [cell.verdict === 'leak' ? leaking(4) : cleanLoop(4)] : [],
  })),
};
const EDITED: RunRecord = {
  ...LOOPED,
  id: '20261124-081502-repro-bbbbbb',
  createdAt: '2026-11-24T08:15:02.000Z',
  script: {
    name: 'edited.rb',
    sha256: '1'.repeat(64),
    text: HISTORY.script.text.replace('dot = ', '$kept = []\ndot = ').concat(`# ${'long '.repeat(60)}\n`),
  },
  cells: [
    ...LOOPED.cells.slice(1).map((cell, index) => {
      if (index % 4 === 0) return { ...leak(cell.ruby, 40), loops: [leaking(5, 40)] };
      return index % 4 === 1 ? { ...clean(cell.ruby), loops: [cleanLoop(5)] } : cell;
    }),
    clean('3.4.5'),
  ],
};
const PAIRS: Readonly<Record<string, string>> = {
  edited: comparePage(LOOPED, EDITED, true),
  same: comparePage(COMPARED, COMPARED, false),
};

let browser: Browser;
let server: TestServer;
beforeAll(async () => {
  browser = await launch();
  server = await serve(
    new Map(Object.entries({ ...PAGES, ...PAIRS }).map(([name, page]) => [`/${name}`, () => page])),
  );
});
afterAll(async () => {
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
});

describe.each(WIDTHS)('%i pixels', (width) => {
  test.each([...Object.keys(PAGES), ...Object.keys(PAIRS)])('%s: nothing to complain of', async (name) => {
    const page = { url: `${server.url}/${name}`, width, name: `list-${name}` };
    expect(await complaintsOf(browser, page)).toEqual([]);
  });
});

test('a search makes an address that can be shared, by keyboard and without JavaScript', async () => {
  await using tab = await open(browser, WIDE, { javaScript: false });
  await tab.page.goto(`${server.url}/choose`);
  await tab.page.getByRole('searchbox', { name: 'Text in script, name or result' }).focus();
  await tab.page.keyboard.type('Thread.new');
  await tab.page.keyboard.press('Tab');
  await tab.page.keyboard.type('leak');
  const asked = tab.page.waitForRequest((request) => new URL(request.url()).pathname === '/runs');
  await tab.page.keyboard.press('Tab');
  await tab.page.keyboard.press('Enter');
  const { searchParams } = new URL((await asked).url());
  expect([searchParams.get('q'), searchParams.get('verdict'), searchParams.get('compare')]).toEqual([
    'Thread.new',
    'leak',
    HISTORY.id,
  ]);
});

test('what is folded away is open where it is used or wrong, and its problem is at its field', async () => {
  await using tab = await open(browser, WIDE);
  await tab.page.goto(`${server.url}/wrong`);
  const field = tab.page.getByRole('textbox', { name: 'Settings' });
  expect([await field.inputValue(), await field.getAttribute('aria-invalid')]).toEqual([
    'colour=red',
    'true',
  ]);
  expect(await tab.page.getByText('colour=red is no setting').isVisible()).toBe(true);
  await tab.page.goto(`${server.url}/none`);
  expect(await tab.page.getByRole('textbox', { name: 'Settings' }).isVisible()).toBe(false);
});

test('the queue follows the events of the run that is first, and of the next one after it', async () => {
  let queue = QUEUE;
  await using live = await serve(new Map([['/queue', () => queuePage(queue, false)]]));
  await using tab = await open(browser, WIDE);
  const asked = (id: string) =>
    tab.page.waitForRequest((request) => request.url().endsWith(`/runs/${id}/events`));
  const first = asked(MEASURED.id);
  await tab.page.goto(`${live.url}/queue`);
  await first;
  await tab.page.getByRole('link', { name: 'So far: 2.3.6 leaks' }).focus();
  const cell = leak('2.4.3');
  queue = {
    ...QUEUE,
    running: [{ summary: { ...summaryOf(MEASURED), done: 2 }, position: null }],
    waitingCells: 3,
  };
  live.send({ type: 'cell', cell });
  await tab.page.getByText('Measuring: 2 of 2 done').waitFor();
  // Who reads with the keyboard stays where he was.
  expect(await tab.page.evaluate('document.activeElement.getAttribute("href")')).toBe(`/runs/${MEASURED.id}`);
  queue = { ...queue, running: [], waiting: [{ summary: summaryOf(waiting), position: 1 }] };
  const second = asked(waiting.id);
  live.send({ type: 'done', run: MEASURED });
  await second;
  expect(await tab.page.getByText('Nothing is running.').isVisible()).toBe(true);
  expect(await tab.page.getByText('Place 1').count()).toBe(1);
  expect(tab.complaints).toEqual([]);
});
