import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch, open, violations } from '../../web/browser.ts';
import { screenshot } from '../../web/screenshots.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const TOKEN = 'a-token-of-the-page-test-0123456789';
const SCRIPT = 'kept = []\n1000.times { 1000.times { kept << Object.new }; puts "<b>dot</b>" }\n';

let browser: Browser;
let service: ChildProcess;
let results: string;
let address: string;

beforeAll(async () => {
  results = await mkdtemp(join(tmpdir(), 'matrix-page-'));
  const args = ['--disable-warning=ExperimentalWarning', 'src/bin/matrix.ts', 'serve'];
  const options = ['--port', '0', '--results', results, '--log-level', 'error', '--drain', '1'];
  service = spawn(process.execPath, [...args, ...options], {
    cwd: root,
    env: { ...process.env, MATRIX_TOKEN: TOKEN },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  address = await listening(service);
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  const gone = new Promise((resolve) => service?.once('exit', resolve));
  if (service?.kill('SIGTERM')) await gone;
  await rm(results, { recursive: true, force: true });
});

/** Reads the address that the service reports to listen on. */
async function listening(child: ChildProcess): Promise<string> {
  let said = '';
  for await (const chunk of child.stdout ?? []) {
    said += String(chunk);
    const found = /listening on (\S+)/.exec(said)?.[1];
    if (found !== undefined) return found.replace(/\/$/, '');
  }
  throw new Error(`the service ended before it listened: ${said}`);
}

test('a script is pasted, followed to its end, and downloaded', async () => {
  await using tab = await open(browser, { width: 1600, scheme: 'light' });
  const { page } = tab;
  await page.goto(address);
  await page.getByRole('textbox', { name: 'Script' }).fill(SCRIPT);
  await page.getByRole('textbox', { name: 'Or as you would type them' }).fill('3.1.2');
  await page.getByRole('textbox', { name: 'Token' }).fill('not the token');
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByText('this is not a token of this service').waitFor();
  // What was filled in is still there; only the token is requested again.
  expect(await page.getByRole('textbox', { name: 'Script' }).inputValue()).toBe(SCRIPT);
  await page.getByRole('textbox', { name: 'Token' }).fill(TOKEN);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.waitForURL(/\/runs\/\d{8}-/);
  const row = page.locator('[data-row="3.1.2"]');
  const curve = page.locator('[data-cell="3.1.2"] .plot-live .curve');
  // It grows before there is a verdict.
  await expect.poll(() => curve.getAttribute('d'), { timeout: 60_000 }).toMatch(/^M(.*l){5}/);
  await page.getByRole('heading', { name: /^3\.1\.2 leaks \d+ bytes per iteration \(objects/ }).waitFor({
    timeout: 60_000,
  });
  await row.getByText('objects').waitFor();
  expect(await page.getByText('Done: 1 of 1 ruby done').isVisible()).toBe(true);
  await screenshot(page, 'service-run');
  expect(await violations(page)).toEqual([]);

  for (const [name, expected] of [
    ['HTML', /^<!doctype html>/],
    ['Markdown', /3\.1\.2/],
    ['CSV', /3\.1\.2/],
    ['JSON', /^\{/],
    ['JUnit', /^<\?xml/],
  ] as const) {
    const href = await page.getByRole('link', { name, exact: true }).getAttribute('href');
    const answer = await page.request.get(`${address}${href}`);
    expect([name, answer.status()]).toEqual([name, 200]);
    expect(await answer.text()).toMatch(expected);
  }
  // The file works alone under the policy that it is sent with.
  await page.goto(`${page.url()}/report.html`);
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toMatch(/^3\.1\.2 leaks/);
  expect(await page.getByRole('button', { name: 'Copy as bug report' }).isVisible()).toBe(true);
  expect(await violations(page)).toEqual([]);

  await page.goto(address);
  await page.getByRole('link', { name: /^3\.1\.2 leaks/ }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('textbox', { name: 'Token' }).waitFor();
  expect(tab.complaints.filter((text) => !text.includes('401'))).toEqual([]);
  expect(tab.asked.filter((url) => !url.startsWith(address))).toEqual([]);
});

test('a run is cancelled from its page', async () => {
  await using tab = await open(browser, { width: 360, scheme: 'dark' });
  const { page } = tab;
  await page.goto(`${address}/?example=require_pathname`);
  const example = await page.getByRole('textbox', { name: 'Script' }).inputValue();
  expect(await readFile(join(root, 'test/examples/require_pathname.rb'), 'utf8')).toContain(example);
  await page.goto(address);
  await page.getByRole('textbox', { name: 'Script' }).fill('loop { sleep 0.01 }');
  await page.getByRole('textbox', { name: 'Or as you would type them' }).fill('3.1.2');
  await page.getByRole('textbox', { name: 'Token' }).fill(TOKEN);
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await page.getByText('Measuring: 0 of 1 ruby done').waitFor();
  await page.getByRole('button', { name: 'Cancel this run' }).click();
  await page.getByText('Cancelled: 1 of 1 ruby done').waitFor();
  expect(await page.getByRole('heading', { level: 1 }).textContent()).toContain('cancelled');
  expect(tab.complaints).toEqual([]);
});
