import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { liveBytes } from '../../src/domain/measurement/sample.ts';
import { runPage } from '../../src/http/pages/index.ts';
import { complaintsOf, launch, NARROW, open, violations, WIDE, WIDTHS } from './browser.ts';
import { serve, type TestServer } from './server.ts';
import { screenshot } from './screenshots.ts';
import { COMPARED, EXPLAINED, HISTORY, HUNDRED, LOOPS, samples, tracesOf, WHOLE_MATRIX } from './traces.ts';

const RUNS = {
  history: HISTORY,
  explained: EXPLAINED,
  hundred: HUNDRED,
  loops: LOOPS,
  compared: COMPARED,
  whole: WHOLE_MATRIX,
};
let browser: Browser;
let server: TestServer;

beforeAll(async () => {
  browser = await launch();
  server = await serve(
    new Map(
      Object.entries(RUNS).map(([name, run]) => [
        `/${name}`,
        (url: URL) =>
          runPage({
            run,
            traces: tracesOf(run),
            position: null,
            signedIn: false,
            base: url.searchParams.get('base'),
          }),
      ]),
    ),
  );
});
afterAll(async () => {
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
});

describe.each(WIDTHS)('%i pixels', (width) => {
  test.each(['history', 'explained', 'loops', 'compared', 'hundred'])(
    '%s: nothing to complain of',
    async (name) => {
      const page = { url: `${server.url}/${name}`, width, name: `run-${name}` };
      expect(await complaintsOf(browser, page)).toEqual([]);
    },
  );
});

test('a cell is made the base of the comparison by a click, without a script', async () => {
  await using tab = await open(browser, WIDE, { javaScript: false });
  await tab.page.goto(`${server.url}/compared`);
  const section = tab.page.getByRole('region', { name: 'What is different' });
  const sentences = () => section.locator('.sentences li').allTextContents();
  expect(await sentences()).toContain(
    'With yjit there is no difference in live bytes on 3.1.2 and 3.3.8; an iteration takes 18 ± 1 % less time on ' +
      '3.1.2 and 3.3.8; resident memory is 3.0 ± 0.3 MB higher on 3.1.2 and 3.3.8.',
  );
  const numbers = tab.page.getByRole('region', { name: 'Numbers' });
  await numbers.getByRole('link', { name: '3.3.8+yjit', exact: true }).click();
  expect(new URL(tab.page.url()).searchParams.get('base')).toBe('3.3.8+yjit');
  expect(await section.getByRole('row').count()).toBe(7);
  expect((await sentences()).join(' ')).toContain('With jit=off there is no difference in live bytes');
  await screenshot(tab.page, 'run-compared-base');
  await section.getByRole('link', { name: 'Compare as it was asked for' }).click();
  expect(await sentences()).toHaveLength(3);
  await tab.page.goto(`${server.url}/compared?base=9.9.9`);
  expect(await section.locator('.problem').textContent()).toBe('9.9.9 is no cell of this run.');
});

test('every loop is at its line and below its ruby', async () => {
  await using tab = await open(browser, WIDE);
  await tab.page.goto(`${server.url}/loops`);
  const heading = await tab.page.getByRole('heading', { level: 1 }).textContent();
  expect(heading).toContain(
    'line 4 leaks 64 bytes per iteration (native) on 2.7.4 and is clean on 3.1.2 and 3.3.8;',
  );
  expect(heading).toContain('line 9 never ran');
  const line = (number: number) => tab.page.locator('.script .line').nth(number - 1);
  expect(await line(4).locator('.line-note').textContent()).toBe(
    'leaks 64 bytes per iteration (native) on 2.7.4 and is clean on 3.1.2 and 3.3.8',
  );
  expect(await line(4).getAttribute('class')).toContain('leak');
  expect(await line(6).locator('.line-note').textContent()).toBe('is clean');
  expect(await line(9).locator('.line-note').textContent()).toBe('never ran');
  expect(await line(12).locator('.line-note').count()).toBe(2);
  expect(await tab.page.locator('[data-cell="2.7.4"] .rate').textContent()).toBe(
    '90.00 ± 0.05 bytes/iteration, line 2',
  );
  const rows = tab.page.locator('[data-part="row 2.7.4"] tr');
  expect(await rows.locator('th').allTextContents()).toEqual([
    '2.7.4',
    'line 2 times',
    'line 4 times',
    'line 6 times',
    'line 9 times',
    'line 12 in test_trace_points_of_methods_called_from_c_extensions times',
    'line 12 in <img src=x onerror=alert(1)> & "quoted" <b>each</b>',
  ]);
  expect(await rows.nth(2).locator('.verdict').textContent()).toMatch(/leak\s+native/);
  expect(await rows.nth(4).textContent()).toMatch(/not judged.*never ran/s);
  expect(await tab.page.locator('img, b').count()).toBe(0);
  expect(await tab.page.locator('.notes').textContent()).toContain('sleeps at line 6 were shortened');
});

test('script and output are text, never markup', async () => {
  await using tab = await open(browser, WIDE);
  await tab.page.goto(`${server.url}/history`);
  expect(await tab.page.locator('img, b, main script').count()).toBe(0);
  expect(await tab.page.locator('details pre').allTextContents()).toContainEqual(
    expect.stringContaining('<img src=x onerror=alert(1)>\\e[31mred'),
  );
});

test('the series is chosen with the keyboard, and without JavaScript', async () => {
  await using tab = await open(browser, WIDE, { javaScript: false });
  await tab.page.goto(`${server.url}/history`);
  const seen = () => tab.page.locator('[data-cell="2.3.6"] svg.plot .data').filter({ visible: true });
  expect(await seen().getAttribute('class')).toBe('data plot-live');
  await tab.page.getByRole('radio', { name: 'live bytes' }).focus();
  await tab.page.keyboard.press('ArrowRight');
  await tab.page.keyboard.press('ArrowRight');
  expect(await seen().count()).toBe(1);
  expect(await seen().getAttribute('class')).toBe('data plot-rss');
  expect(await tab.page.getByRole('button', { name: 'Copy as bug report' }).isVisible()).toBe(false);
});

test('the bug report is copied', async () => {
  await using tab = await open(browser, WIDE);
  await tab.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await tab.page.goto(`${server.url}/history`);
  await tab.page.getByRole('button', { name: 'Copy as bug report' }).click();
  await tab.page.getByText('Copied').waitFor();
  expect(await tab.page.evaluate('navigator.clipboard.readText()')).toMatch(/^Subject: .*\nruby -v: /);
});

test('a C stack is opened with the keyboard, without JavaScript', async () => {
  await using tab = await open(browser, NARROW, { javaScript: false });
  await tab.page.goto(`${server.url}/explained`);
  const stack = tab.page.getByRole('group', { name: 'C stack on 2.3.6' }).first();
  expect(await stack.isVisible()).toBe(false);
  await tab.page.getByText('Whole C stack, 24 frames').focus();
  await tab.page.keyboard.press('Enter');
  expect(await stack.textContent()).toMatch(/^ruby_xmalloc0 {2}.*\nrb_str_resize {2}/);
  expect(await stack.isVisible()).toBe(true);
  // Its lines scroll within themselves.
  expect(await tab.page.evaluate('document.documentElement.scrollWidth')).toBe(NARROW.width);
});

test('the whole matrix is drawn with hardly any scripting', async () => {
  await using tab = await open(browser, WIDE);
  const client = await tab.page.context().newCDPSession(tab.page);
  await client.send('Performance.enable');
  await tab.page.goto(`${server.url}/whole`);
  await tab.page.evaluate('new Promise((done) => requestAnimationFrame(() => setTimeout(done)))');
  const { metrics } = await client.send('Performance.getMetrics');
  const scripting = metrics.find(({ name }) => name === 'ScriptDuration')?.value ?? Infinity;
  expect(scripting * 1000).toBeLessThan(100);
  expect(await tab.page.locator('.panels > li').count()).toBe(129);
  await screenshot(tab.page, 'run-whole');
});

test('a curve is read and zoomed, by pointer and by keyboard', async () => {
  await using tab = await open(browser, WIDE);
  await tab.page.goto(`${server.url}/history`);
  const reading = tab.page.locator('.reading-text');
  const ticks = () => tab.page.locator('#axes-live .tick-x').allTextContents();
  const whole = await ticks();
  const plot = tab.page.locator('[data-cell="2.3.2"] svg.plot');
  await plot.scrollIntoViewIfNeeded();
  const box = (await plot.boundingBox())!;
  await tab.page.mouse.move(box.x + box.width * 0.6, box.y + box.height / 2);
  // What the fixture's samples hold there.
  const [, iteration = '', kilobytes = ''] =
    /^2\.3\.2, iteration ([\d,]+): ([\d,.]+) kB$/.exec((await reading.textContent()) ?? '') ?? [];
  const read = samples(64, 0, 40)[Math.round(Number(iteration.replaceAll(',', '')) / 1000)]!;
  const grown = (liveBytes(read) - liveBytes(samples(64, 0, 40)[0]!)) / 1000;
  expect(Math.abs(Number(kilobytes.replaceAll(',', '')) / grown - 1)).toBeLessThan(0.005);

  const curves = tab.page.getByRole('list').filter({ has: plot });
  await curves.focus();
  await tab.page.keyboard.press('End');
  expect(await reading.textContent()).toMatch(/^2\.3\.2, iteration 39,000: /);
  await tab.page.keyboard.press('ArrowDown');
  expect(await reading.textContent()).toMatch(/^2\.3\.3, iteration 39,000: /);
  await tab.page.keyboard.press('+');
  const closer = await ticks();
  expect(closer).not.toEqual(whole);
  await tab.page.getByRole('button', { name: 'Zoom in' }).click();
  await screenshot(tab.page, 'run-history-zoomed');
  expect(await violations(tab.page)).toEqual([]);
  await curves.focus();
  await tab.page.keyboard.press('0');
  expect(await ticks()).toEqual(whole);
});

test('a frame is a link to the line of its source, by keyboard, too', async () => {
  await using tab = await open(browser, WIDE, { javaScript: false });
  await tab.page.goto(`${server.url}/explained`);
  const picture = tab.page.getByRole('group', { name: /^2\.3\.6: 232 B\/iteration/ });
  const frame = picture.getByRole('link', { name: /^repro\.rb:7 Kernel#require/ });
  await frame.focus();
  await tab.page.keyboard.press('Enter');
  expect(new URL(tab.page.url()).hash).toBe('#script-line-7');
  await tab.page.getByText('2.3.6 as a table').click();
  const table = tab.page.getByRole('group', { name: 'Frames of 2.3.6, scrolls sideways' });
  expect(await table.getByRole('row').count()).toBeGreaterThan(10);
  expect(await table.getByRole('rowheader', { name: 'str_buf_cat' }).count()).toBe(1);
});
