import { parse } from 'csv-parse/sync';
import { lexer, type Tokens } from 'marked';
import { describe, expect, it } from 'vitest';
import { summaryOf } from '../../../../src/action/summary.ts';
import type { RunRecord } from '../../../../src/domain/run/record.ts';
import { encodeRunRecord, runRecordSchema } from '../../../../src/protocol/schemas/record-schema.ts';
import { bugReport } from '../../../../src/report/formats/bug-report.ts';
import { csv } from '../../../../src/report/formats/csv.ts';
import { runBody } from '../../../../src/report/page/run-body.ts';
import { junit } from '../../../../src/report/formats/junit.ts';
import { markdown, markdownBrief } from '../../../../src/report/formats/markdown.ts';
import { leak, record } from '../records.ts';
import { MANY_RUN, REQUIRE_RUN } from './findings.ts';

const between = (text: string, from: string, to: string): string =>
  text.slice(text.indexOf(from), text.indexOf(to));

describe('what leaks, in every format', () => {
  it('in Markdown', () => {
    const text = markdown(MANY_RUN);
    expect(between(text, '#### What leaks', '<details><summary>Environment')).toMatchSnapshot();
    expect(text).not.toContain('matrix explain');
    const lists = lexer(markdownBrief(MANY_RUN)).filter((token) => token.type === 'list') as Tokens.List[];
    // A finding is an item, what is known of it a list below.
    expect(lists[0]!.items.map((item) => item.text.split('\n').length)).toEqual([4, 4, 4, 3, 1]);
  });

  it('in the summary of a job', () => {
    const result = { path: 'repro.rb', run: MANY_RUN, html: null, problems: [] };
    const text = summaryOf([result as unknown as Parameters<typeof summaryOf>[0][number]], 400_000);
    expect(text).toContain('#### What leaks\n\n- **2.3.6**: 160 B/iteration');
    expect(text).toContain('<details><summary>C stacks</summary>');
  });

  it('in a bug report, with the stacks that a maintainer reads', () => {
    expect(between(bugReport(MANY_RUN), '## What leaks', '## How it was')).toMatchSnapshot();
  });

  it('in the text of a failure, of its own ruby only', () => {
    const failures = [...junit(MANY_RUN).matchAll(/<failure[^>]*>([^<]*)</g)].map(([, text]) => text ?? '');
    expect(failures[0]).toMatchSnapshot();
    expect(failures[0]).not.toContain('2.5.0');
    // A leaking ruby that was not explained has its evidence, and nothing more.
    expect(failures.at(-1)).toBe('linear through iteration 64,000');
  });

  it('in a column of its own', () => {
    const rows = parse<Record<string, string>>(csv(MANY_RUN), { columns: true, record_delimiter: '\r\n' });
    expect(rows.find((row) => row['ruby'] === '2.5.0')?.['explained']).toBe(
      '8 B/iteration, objects: one Array grows by 8 B per iteration; repro.rb:4  Hash#[]=; ' +
        'held by constant CACHE → Hash → String | accounted for: 100 % of 8 B/iteration',
    );
    expect(rows.filter((row) => row['explained'] === '').map((row) => row['ruby'])).toEqual([
      '2.2.10',
      '2.6.1',
      '2.4.10',
    ]);
  });

  it('in the record, which is read back as it was', () => {
    expect(runRecordSchema.parse(JSON.parse(encodeRunRecord(MANY_RUN)))).toEqual(MANY_RUN);
  });

  it('in the page: a section, the stacks, the lines of the script', () => {
    const run: RunRecord = { ...REQUIRE_RUN, script: { ...REQUIRE_RUN.script, text: 'a\n'.repeat(9) } };
    const page = runBody({ run, traces: [], position: null, actions: null }).toString();
    expect(between(page, '<div class="findings"', '<section class="plots"')).toMatchSnapshot();
    const lines = [...page.matchAll(/<code class="line ([\w-]*)"/g)].map(([, mark]) => mark);
    expect(lines.indexOf('leak-line')).toBe(6);
    expect(lines.filter((mark) => mark === 'leak-line')).toHaveLength(1);
  });

  it('has its place in the page before it is known', () => {
    const run = record([leak('2.3.6')]);
    const page = runBody({ run, traces: [], position: null, actions: null }).toString();
    expect(page).toContain('<div class="findings" data-part="findings"></div>');
  });
});
