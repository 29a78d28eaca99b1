import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';
import { screenshot } from './screenshots.ts';

/** Debian's Chromium without anything that calls home, and with a profile that is removed at the end. */
export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

export interface Look {
  readonly width: number;
  readonly scheme: 'light' | 'dark';
}

export const NARROW: Look = { width: 360, scheme: 'light' };
export const WIDE: Look = { width: 1600, scheme: 'dark' };
/** Widths a page has to be good in. */
export const WIDTHS: readonly number[] = [NARROW.width, WIDE.width];

/** Returns a page that keeps what its console and its policy complain of, and every address it asks for. */
export async function open(browser: Browser, look: Look, options: { readonly javaScript?: boolean } = {}) {
  const context = await browser.newContext({
    viewport: { width: look.width, height: 900 },
    colorScheme: look.scheme,
    javaScriptEnabled: options.javaScript ?? true,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => asked.push(request.url()));
  return { page, complaints, asked, [Symbol.asyncDispose]: () => context.close() };
}

/** The rules that see colours; what the others find is the same in light and dark. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/** Violations of WCAG 2.2 AA and of good practice, one line each. */
export async function violations(
  page: Page,
  rules: readonly string[] | null = null,
): Promise<readonly string[]> {
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(axe.source);
  return page.evaluate(async (only) => {
    const scope = globalThis as unknown as {
      axe: { run(options: object): Promise<{ violations: AxeViolation[] }> };
    };
    const found = await scope.axe.run({
      resultTypes: ['violations'],
      ...(only === null ? {} : { runOnly: only }),
    });
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
    );
  }, rules);
}

/** A page to look at, and the name of its screenshots. */
interface Seen {
  readonly url: string;
  readonly width: number;
  readonly name: string;
}

/**
 * Opens a page and returns all there is to complain of: violations in light, those of its colours in dark as well, what
 * its console says, addresses of elsewhere, and whether anything sticks out sideways.
 */
export async function complaintsOf(browser: Browser, { url, width, name }: Seen): Promise<readonly string[]> {
  await using tab = await open(browser, { width, scheme: 'light' });
  const { page } = tab;
  await page.goto(url);
  await screenshot(page, `${name}-${width}-light`);
  const inLight = await violations(page);
  await page.emulateMedia({ colorScheme: 'dark' });
  await screenshot(page, `${name}-${width}-dark`);
  const inDark = await violations(page, COLOUR_RULES);
  const wide = await page.evaluate<number>('document.documentElement.scrollWidth');
  return [
    ...inLight,
    ...inDark.map((text) => `dark: ${text}`),
    ...tab.complaints,
    ...tab.asked.filter((one) => !one.startsWith(new URL(url).origin)).map((one) => `asks for ${one}`),
    ...(wide === width ? [] : [`${wide} pixels wide instead of ${width}`]),
  ];
}

interface AxeViolation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary?: string }[];
}
