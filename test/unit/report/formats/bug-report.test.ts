import { describe, expect, it } from 'vitest';
import { bugReport } from '../../../../src/report/formats/bug-report.ts';
import { clean, environment, failed, inconclusive, leak, record } from '../records.ts';

const described = (ruby: string) => ({
  ...environment('Debian GNU/Linux 9 (stretch)', 'glibc 2.24'),
  description: `ruby ${ruby}p0 (2018-01-01) [x86_64-linux]`,
  image: `ruby:${ruby}`,
});

describe('the bug report', () => {
  it('has what bugs.ruby-lang.org asks for', () => {
    const run = record(
      [
        { ...leak('2.4.3'), environment: described('2.4.3'), blockSizes: [{ bytes: 56, perIteration: 1 }] },
        { ...leak('2.3.6'), environment: described('2.3.6'), confirmed: false },
        { ...clean('2.2.10'), environment: described('2.2.10') },
        { ...inconclusive('2.5.9'), environment: described('2.5.9') },
        failed('2.6.3'),
      ],
      { loop: { line: 3, unitLine: 4, kinds: ['times', 'times'], otherLines: [] } },
    );
    expect(bugReport(run)).toMatchSnapshot();
  });

  it('names the newest ruby that leaks, and says so where none does', () => {
    expect(
      bugReport(record([{ ...leak('2.3.6'), environment: described('2.3.6') }, clean('2.5.9')])),
    ).toMatch(
      /^Subject: Memory leak of 64 bytes per iteration in repro\.rb, Ruby 2\.3\.6\nruby -v: ruby 2\.3\.6p0 /,
    );
    expect(bugReport(record([failed('2.5.9')]))).toMatch(
      /^Subject: No memory leak found with repro\.rb\nruby -v: not known: no ruby was started\n/,
    );
  });
});
