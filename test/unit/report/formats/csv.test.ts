import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../../src/domain/run/record.ts';
import { csv } from '../../../../src/report/formats/csv.ts';
import { clean, environment, failed, inconclusive, leak, record } from '../records.ts';

const read = (...runs: readonly RunRecord[]): readonly Record<string, string>[] =>
  parse(csv(...runs), { columns: true, relax_column_count: false, record_delimiter: '\r\n' });

describe('csv', () => {
  const run = record([
    { ...leak('2.3.6'), environment: environment('Debian GNU/Linux 9 (stretch)', 'glibc 2.24') },
    clean('2.2.10'),
    inconclusive('2.4.3'),
    failed('2.4.10'),
  ]);

  it('has a line per ruby under one line of titles', () => {
    expect(csv(run)).toMatchSnapshot();
  });

  it('is read back with every number as it was measured', () => {
    const rows = read(run, record([clean('2.5.9')], { id: '20261123-071502-other-3f9a2c' }));
    expect(rows.map((row) => [row['run'], row['ruby'], row['verdict']])).toEqual([
      [run.id, '2.3.6', 'leak'],
      [run.id, '2.2.10', 'clean'],
      [run.id, '2.4.3', 'inconclusive'],
      [run.id, '2.4.10', ''],
      ['20261123-071502-other-3f9a2c', '2.5.9', 'clean'],
    ]);
    expect(rows[0]).toMatchObject({
      bytes_per_iteration: '64',
      bytes_per_iteration_low: '63.95',
      bytes_per_iteration_high: '64.05',
      confirmed: 'true',
      os: 'Debian GNU/Linux 9 (stretch)',
    });
    expect(rows[3]).toMatchObject({ outcome: 'image-unavailable', bytes_per_iteration: '' });
  });

  it('keeps quotes, commas and breaks in their field, and is no formula', () => {
    const messages = ['a "b", c\nd', '=HYPERLINK("http://x")', '+1', '-1', '@x', ' x '];
    const rows = read(record(messages.map((message, index) => failed(`2.3.${index}`, { message }))));
    expect(rows.map((row) => row['message'])).toEqual([
      'a "b", c d',
      `'=HYPERLINK("http://x")`,
      "'+1",
      "'-1",
      "'@x",
      ' x ',
    ]);
  });
});
