import { expect, test } from 'vitest';
import { bugReport } from '../../../src/report/formats/bug-report.ts';
import { html } from '../../../src/report/page/html.ts';
import { footnotes } from '../../../src/report/summary/footnotes.ts';
import { stackTexts } from '../../../src/report/explain/stack-text.ts';
import { inListedOrder } from '../../../src/domain/run/ordered-cells.ts';
import { sentenceOf } from '../../../src/report/summary/sentence.ts';
import { clean, environment, leak, LISTED, record } from './records.ts';

const resolvedTo = (version: string) => ({
  ...environment('Debian', 'glibc'),
  gems: [{ name: 'oj', version }],
});

test('a gem that is resolved to another version is reported, for that may be what decides', () => {
  const cells = [
    { ...leak('2.3.6'), environment: resolvedTo('3.11.8') },
    { ...clean('3.1.2'), environment: resolvedTo('3.12.0') },
  ];
  expect(footnotes(record(cells))).toContain(
    'oj is not the same everywhere: 3.11.8 (2.3.6) and 3.12.0 (3.1.2).',
  );
});

test('not where the versions were requested', () => {
  const cells = ['3.11.8', '3.12.0'].map((version) => ({
    ...leak(`3.1.2+gem.oj=${version}`),
    settings: { 'gem.oj': version },
    environment: resolvedTo(version),
  }));
  expect(footnotes(record(cells)).join()).not.toContain('not the same');
});

test('a line of a gem is reported by the gem, its version and its path in there', () => {
  const frame = {
    function: 'oj_parse',
    library: 'oj.so',
    offset: 1,
    source: { file: '/opt/matrix-gems/gems/oj-3.12.0/ext/oj/oj.c', line: 9 },
    inlined: false,
  };
  expect(stackTexts([frame])).toEqual(['oj.so: oj_parse (oj 3.12.0 ext/oj/oj.c:9)']);
});

test('versions that leak on the same rubies are reported together, in their order', () => {
  const cells = ['1.10.0', '1.9.0'].flatMap((version) => [
    leak(`2.3.6+gem.oj=${version}`),
    leak(`2.4.3+gem.oj=${version}`),
  ]);
  expect(sentenceOf([...cells, clean('2.3.6+gem.oj=2.0.0')], LISTED)).toBe(
    '2.3.6 with oj 1.9.0 and 1.10.0 and 2.4.3 with oj 1.9.0 and 1.10.0 leak 64 bytes per iteration (native); ' +
      '2.3.6+gem.oj=2.0.0 is clean.',
  );
  expect(inListedOrder(['2.3.6+gem.oj=1.10.0', '2.3.6', '2.3.6+gem.oj=1.9.0'], LISTED)).toEqual([
    '2.3.6',
    '2.3.6+gem.oj=1.9.0',
    '2.3.6+gem.oj=1.10.0',
  ]);
});

test('the gems stand where it is said what a cell ran in', () => {
  const run = record([{ ...leak('2.3.6'), environment: resolvedTo('3.11.8') }]);
  expect(bugReport(run)).toContain('oj 3.11.8');
  expect(html(run, [])).toContain('+ oj 3.11.8');
});
