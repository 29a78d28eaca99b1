import { expect } from 'vitest';
import type { RunRecord } from '../../../src/domain/run/record.ts';
import { bugReport } from '../../../src/report/formats/bug-report.ts';
import { csv } from '../../../src/report/formats/csv.ts';
import { junit } from '../../../src/report/formats/junit.ts';
import { markdown } from '../../../src/report/formats/markdown.ts';
import { table } from '../../../src/report/formats/table.ts';
import { html } from '../../../src/report/page/html.ts';
import { plainStyle } from '../../../src/report/text/style.ts';

const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/;

/** Fails where a format passes a control character on. Returns the formats, to look for what has to be in them. */
export function expectNoControls(run: RunRecord): readonly string[] {
  const page = { width: 100, style: plainStyle, curves: new Map() };
  const texts = [table(run, page), markdown(run), bugReport(run), junit(run), html(run, [])];
  for (const text of texts) expect(text).not.toMatch(CONTROLS);
  expect(csv(run).replaceAll('\r\n', '\n')).not.toMatch(CONTROLS);
  return texts;
}

/** Fails where a name opened an element of a page, or closed one. */
export function expectOwnElements(page: string): void {
  expect(page.match(/<script/g)).toHaveLength(1);
  expect(page.match(/<img/g)).toBeNull();
  expect(page.match(/<\/?pre/g)!.length % 2).toBe(0);
}
