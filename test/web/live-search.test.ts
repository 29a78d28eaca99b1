import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CellRecord, RunRecord } from '../../src/domain/run/record.ts';
import { queuedCell } from '../../src/engine/measure/cell-record.ts';
import { runPage } from '../../src/http/pages/index.ts';
import { cellNamed } from '../unit/domain/cell-named.ts';
import { searched } from '../unit/report/bisect/searches.ts';
import { clean, leak } from '../unit/report/records.ts';
import { launch, open, violations } from './browser.ts';
import { screenshot } from './screenshots.ts';
import { serve } from './server.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser?.close());

const waiting = (names: readonly string[]): readonly CellRecord[] =>
  names.map((name) => queuedCell(cellNamed(name)));

/** A running search, of which these cells are known. */
const searching = (cells: readonly CellRecord[]): RunRecord => ({
  ...searched(cells),
  state: 'running',
  finishedAt: null,
});

test('cells that a search takes in appear in their places, with what it has found', async () => {
  const answers = new Map(
    [clean('2.2.0'), leak('2.3.0'), leak('2.3.8'), clean('2.4.0')].map((cell) => [cell.id as string, cell]),
  );
  let run = searching(waiting(['2.2.0', '2.4.0']));
  const page = (): string => runPage({ run, traces: [], position: null, signedIn: false });
  await using server = await serve(new Map([[`/runs/${run.id}`, page]]));
  await using tab = await open(browser, { width: 360, scheme: 'light' });
  const listening = tab.page.waitForRequest((request) => request.url().endsWith('/events'));
  await tab.page.goto(`${server.url}/runs/${run.id}`);
  await listening;
  const rows = (): Promise<readonly (string | null)[]> =>
    tab.page.locator('[data-row]').evaluateAll((all) => all.map((one) => one.getAttribute('data-row')));
  expect(await rows()).toEqual(['2.2.0', '2.4.0']);
  await tab.page.getByText('No change is known yet.').waitFor();

  run = searching([answers.get('2.2.0')!, ...waiting(['2.3.0', '2.3.8']), answers.get('2.4.0')!]);
  server.send({ type: 'run', run });
  await expect.poll(rows, { timeout: 10_000 }).toEqual(['2.2.0', '2.3.0', '2.3.8', '2.4.0']);
  const panels = tab.page.locator('.panels > li');
  expect(await panels.evaluateAll((all) => all.map((one) => one.getAttribute('data-cell')))).toEqual(
    await rows(),
  );

  run = searching([...answers.values()]);
  server.send({ type: 'cell', cell: answers.get('2.3.8')! });
  await tab.page.getByRole('cell', { name: 'introduced' }).waitFor();
  await tab.page.locator('[data-row="2.3.8"]').getByText('64.00 ± 0.05').waitFor();
  expect(await tab.page.locator('.release.leak.inferred').count()).toBe(7);
  await screenshot(tab.page, 'live-search');
  expect(await violations(tab.page)).toEqual([]);
  expect(tab.complaints).toEqual([]);
});
