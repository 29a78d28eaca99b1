import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** Where screenshots go, to be looked at; none are made without it. */
const folder = process.env['SCREENSHOTS'];

export async function screenshot(page: Page, name: string): Promise<void> {
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
