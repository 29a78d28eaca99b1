import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cellId } from '../../src/domain/cell/cell-id.ts';
import type { CellRecord, RunRecord } from '../../src/domain/run/record.ts';
import { queuedCell } from '../../src/engine/measure/cell-record.ts';
import { summarised as summarisedWith, withCell } from '../../src/engine/run/run-record.ts';
import { runPage } from '../../src/http/pages/index.ts';
import { sentenceOf } from '../../src/report/summary/sentence.ts';
import { cellNamed } from '../unit/domain/cell-named.ts';
import { compared, explained, native } from '../unit/report/explain/findings.ts';
import { cleanLoop, leaking, unjudged, withLoops } from '../unit/report/loops/loops.ts';
import { clean, leak } from '../unit/report/records.ts';
import { launch, open, violations, type Look } from './browser.ts';
import { screenshot } from './screenshots.ts';
import { serve } from './server.ts';
import { finished, samples, tracesOf } from './traces.ts';

const summarised = (run: RunRecord): RunRecord => summarisedWith(run, sentenceOf);

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

/** Adds up what moved by itself, as browsers count it. */
const WATCH_SHIFTS = `window.shifts = 0;
new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value; })
  .observe({ type: 'layout-shift', buffered: true });`;

const OF = { cell: cellId('2.3.6'), ruby: '2.3.6' };

/** A run of one cell that has begun. */
const RUNNING: RunRecord = finished([queuedCell(cellNamed('2.3.6'))], {
  state: 'running',
  finishedAt: null,
  sentence: null,
});

const LOOKS: readonly Look[] = [
  { width: 360, scheme: 'light' },
  { width: 1600, scheme: 'dark' },
];

test.each(LOOKS)('a run is followed to its end, at $width pixels', async (look) => {
  const names = ['2.2.10', '2.3.6', '2.4.4'];
  let run: RunRecord = finished(
    names.map((name) => queuedCell(cellNamed(name))),
    {
      state: 'running',
      finishedAt: null,
      sentence: null,
    },
  );
  run = { ...run, sentence: null };
  const done: string[] = [];
  const page = (): string =>
    runPage({
      run,
      traces: tracesOf(run).filter((trace) => done.includes(trace.cell)),
      position: null,
      signedIn: true,
    });
  const become = (cell: CellRecord): void => {
    run = summarised(withCell(run, cell));
    if (cell.state === 'done') done.push(cell.id);
  };
  await using server = await serve(new Map([[`/runs/${run.id}`, page]]));
  await using tab = await open(browser, look);
  const address = `${server.url}/runs/${run.id}`;
  await tab.page.addInitScript(WATCH_SHIFTS);
  const listening = tab.page.waitForRequest((request) => request.url().endsWith('/events'));
  await tab.page.goto(address);
  await listening;
  await tab.page.getByText('Text to paste into a tracker').click();
  const row = tab.page.locator('[data-row="2.3.6"]');
  const curve = tab.page.locator('[data-cell="2.3.6"] .plot-live .curve');

  become({ ...queuedCell(cellNamed('2.3.6')), state: 'preparing' });
  server.send({ type: 'cell-state', ...OF, state: 'preparing', detail: 'building the image' });
  await row.getByText('building the image').waitFor();
  become({ ...queuedCell(cellNamed('2.3.6')), state: 'measuring' });
  server.send({ type: 'cell-state', ...OF, state: 'measuring', detail: null });
  await row.getByText('measuring').waitFor();

  const highest = () => tab.page.locator('#axes-live .tick-y').last().textContent();
  const before = await highest();
  for (const sample of samples(64, 0)) {
    const { iterations, afterMs, mallocBytes, slotBytes, liveSlots } = sample;
    const slope = iterations > 8000 ? 64.2 : null;
    const told = { ...OF, iterations, afterMs, bytes: mallocBytes + slotBytes, liveSlots, slope };
    server.send({ type: 'sample', ...told });
  }
  await row.getByText('39,000').waitFor();
  await expect.poll(() => curve.getAttribute('d')).toMatch(/^M0\.0 1000\.0(L[\d. -]+){39}$/);
  expect(await tab.page.locator('[data-cell="2.3.6"] .rate').textContent()).toBe(
    '64.2 bytes/iteration so far',
  );
  expect([before, await highest()]).toEqual(['80 kB', expect.stringMatching(/^[34] MB$/)]);
  const box = await curve.boundingBox();
  const plot = await tab.page.locator('[data-cell="2.3.6"] svg.plot').boundingBox();
  // The curve has grown, and stays inside of its panel.
  expect(box!.height).toBeGreaterThan(plot!.height / 4);
  expect(box!.y).toBeGreaterThanOrEqual(plot!.y);
  expect(box!.x + box!.width).toBeLessThanOrEqual(plot!.x + plot!.width);
  await screenshot(tab.page, `live-${look.width}-${look.scheme}`);
  expect(await violations(tab.page)).toEqual([]);

  for (const cell of [leak('2.3.6'), clean('2.2.10'), clean('2.4.4')]) {
    become(cell);
    server.send({ type: 'cell', cell });
  }
  await row.getByText('64.00 ± 0.05').waitFor();
  expect(await tab.page.locator('[data-cell="2.3.6"] .plot-live .fit').count()).toBe(1);
  run = { ...run, state: 'done', finishedAt: '2026-11-23T07:16:00.000Z' };
  server.send({ type: 'done', run });
  await tab.page.getByRole('heading', { name: /^2\.3\.6 leaks 64 bytes/ }).waitFor();
  expect(await tab.page.title()).toContain('2.3.6 leaks');
  expect(await tab.page.getByRole('button', { name: 'Cancel this run' }).count()).toBe(0);
  // What was opened is still open, with the report that there is now.
  expect(await tab.page.locator('#bug-report').isVisible()).toBe(true);
  expect(await tab.page.locator('#bug-report').textContent()).toMatch(/^Subject: Memory leak/);
  expect(tab.complaints).toEqual([]);
  await screenshot(tab.page, `live-end-${look.width}-${look.scheme}`);
  expect(await tab.page.evaluate('window.shifts')).toBeLessThan(0.1);
});

/** Opens a run's page, and waits until it listens to its events. */
async function follow(page: Page, url: string): Promise<void> {
  const listening = page.waitForRequest((request) => request.url().endsWith('/events'));
  await page.goto(url);
  await listening;
}

test('what leaks appears when it is known, and what was opened stays open', async () => {
  let run: RunRecord = finished([leak('2.3.6'), clean('2.4.10')], { state: 'running', finishedAt: null });
  const page = (): string => runPage({ run, traces: [], position: null, signedIn: false });
  await using server = await serve(new Map([[`/runs/${run.id}`, page]]));
  await using tab = await open(browser, LOOKS[0]!);
  await follow(tab.page, `${server.url}/runs/${run.id}`);
  expect(await tab.page.getByRole('heading', { name: 'What leaks' }).count()).toBe(0);
  const become = (cell: CellRecord): void => {
    run = summarised(withCell(run, cell));
    server.send({ type: 'cell', cell });
  };
  become(explained('2.3.6', [native()]));
  await tab.page.getByText('allocated 5,000 times in 5,000 iterations').waitFor();
  await tab.page.getByText('Whole C stack, 24 frames').click();
  become(compared('2.4.10', [{ allocations: 5000, frees: 5000 }]));
  await tab.page.getByText('in 5,000 iterations; 2.4.10 frees it').waitFor();
  expect(await tab.page.getByRole('group', { name: 'C stack on 2.3.6' }).isVisible()).toBe(true);
  expect(tab.complaints).toEqual([]);
});

test('loops appear below their ruby and in the script when it is done', async () => {
  let run: RunRecord = finished(
    ['2.3.6', '2.4.4'].map((name) => queuedCell(cellNamed(name))),
    {
      state: 'running',
      finishedAt: null,
      sentence: null,
    },
  );
  run = { ...run, sentence: null };
  const page = (): string => runPage({ run, traces: [], position: null, signedIn: false });
  await using server = await serve(new Map([[`/runs/${run.id}`, page]]));
  await using tab = await open(browser, LOOKS[0]!);
  await follow(tab.page, `${server.url}/runs/${run.id}`);
  const row = tab.page.locator('[data-row="2.4.4"]');
  const sample = { afterMs: 5, bytes: 1, liveSlots: 1, slope: null };
  server.send({ type: 'sample', cell: cellId('2.4.4'), ruby: '2.4.4', iterations: 7777, ...sample });
  await row.getByText('7,777').waitFor();
  const cell = withLoops('2.3.6', cleanLoop(2), leaking(3), unjudged(3, 0));
  run = summarised(withCell(run, cell));
  server.send({ type: 'cell', cell });
  const rows = tab.page.locator('[data-part="row 2.3.6"] tr.loop');
  await rows.nth(2).getByText('never ran').waitFor();
  expect(await rows.locator('th').allTextContents()).toEqual([
    'line 2 times',
    'line 3 (1st loop) times',
    'line 3 (2nd loop) times',
  ]);
  expect(await tab.page.locator('.script .line-note').allTextContents()).toEqual([
    'is clean on 2.3.6',
    '(1st loop): leaks 64 bytes per iteration (native) on 2.3.6',
    '(2nd loop): never ran on 2.3.6',
  ]);
  expect(await tab.page.evaluate('document.documentElement.scrollWidth')).toBe(LOOKS[0]!.width);
  expect(await tab.page.getByRole('heading', { level: 1 }).textContent()).toMatch(
    /^So far: line 3 \(1st loop\) leaks 64 bytes per iteration \(native\) on 2\.3\.6;/,
  );
  expect(tab.complaints).toEqual([]);
});

test('a run that cannot be cancelled says why', async () => {
  const run = {
    ...finished([queuedCell(cellNamed('2.3.6'))], { state: 'queued', finishedAt: null }),
    sentence: null,
  };
  const page = (): string => runPage({ run, traces: [], position: 3, signedIn: true });
  await using server = await serve(new Map([[`/runs/${run.id}`, page]]));
  await using tab = await open(browser, LOOKS[0]!);
  await tab.page.route('**/runs/*', (route) =>
    route.request().method() === 'DELETE'
      ? route.fulfill({ status: 401, json: { detail: 'a token is needed to write' } })
      : route.continue(),
  );
  await tab.page.goto(`${server.url}/runs/${run.id}`);
  expect(await tab.page.getByText('Waiting at position 3 in the queue').isVisible()).toBe(true);
  await tab.page.getByRole('button', { name: 'Cancel this run' }).click();
  await tab.page.getByText('a token is needed to write').waitFor();
});

test('the end is shown even when the server is away for a moment', async () => {
  let run = RUNNING;
  const page = (): string => runPage({ run, traces: [], position: null, signedIn: false });
  await using server = await serve(new Map([[`/runs/${run.id}`, page]]));
  await using tab = await open(browser, LOOKS[0]!);
  await follow(tab.page, `${server.url}/runs/${run.id}`);
  let refused = 0;
  await tab.page.route('**/runs/*', (route) => {
    refused += 1;
    return refused < 3 ? route.fulfill({ status: 503 }) : route.continue();
  });
  run = summarised({ ...run, cells: [leak('2.3.6')], state: 'done', finishedAt: '2026-11-23T07:16:00.000Z' });
  server.send({ type: 'done', run });
  await tab.page.getByRole('heading', { name: /^2\.3\.6 leaks 64 bytes/ }).waitFor();
  expect(refused).toBe(3);
});

test('an answer of the server that is late does not replace a newer one', async () => {
  let run = RUNNING;
  const page = (): string => runPage({ run, traces: [], position: null, signedIn: false });
  await using server = await serve(new Map([[`/runs/${run.id}`, page]]));
  await using tab = await open(browser, LOOKS[0]!);
  await tab.page.goto(`${server.url}/runs/${run.id}`);
  // The first answer is made while the run continues, and kept back until well after its end.
  const kept = Promise.withResolvers<void>();
  const asked = Promise.withResolvers<void>();
  let answers = 0;
  await tab.page.route('**/runs/*', async (route) => {
    answers += 1;
    const answer = await route.fetch();
    if (answers === 1) {
      asked.resolve();
      await kept.promise;
    }
    await route.fulfill({ response: answer });
  });
  server.send({ type: 'cell-state', ...OF, state: 'measuring', detail: null });
  await asked.promise;
  run = summarised({ ...run, cells: [leak('2.3.6')], state: 'done', finishedAt: '2026-11-23T07:16:00.000Z' });
  server.send({ type: 'done', run });
  // Longer than the page waits between two questions.
  await tab.page.waitForTimeout(2000);
  kept.resolve();
  await tab.page.waitForTimeout(2000);
  expect(await tab.page.getByRole('heading', { name: /^2\.3\.6 leaks 64 bytes/ }).count()).toBe(1);
});
