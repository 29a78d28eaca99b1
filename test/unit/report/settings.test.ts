import { expect, test } from 'vitest';
import { cellId } from '../../../src/domain/cell/cell-id.ts';
import type { StoredTrace } from '../../../src/domain/measurement/sample.ts';
import { bugReport } from '../../../src/report/formats/bug-report.ts';
import { csv } from '../../../src/report/formats/csv.ts';
import { explainHint, findFlips } from '../../../src/report/summary/hint.ts';
import { runBody } from '../../../src/report/page/run-body.ts';
import { junit } from '../../../src/report/formats/junit.ts';
import { markdown } from '../../../src/report/formats/markdown.ts';
import { mermaidChart } from '../../../src/report/formats/mermaid.ts';
import { orderedCells } from '../../../src/domain/run/ordered-cells.ts';
import { nameRanges } from '../../../src/report/text/release-names.ts';
import { sentenceOf } from '../../../src/report/summary/sentence.ts';
import { plainStyle } from '../../../src/report/text/style.ts';
import { table } from '../../../src/report/formats/table.ts';
import { samples } from '../../web/traces.ts';
import { clean, environment, leak, LISTED, record } from './records.ts';

/** One ruby three times, which only settings distinguish. */
const RUN = record([leak('2.4.3+yjit'), clean('2.4.3+jemalloc'), clean('2.4.3'), leak('2.3.6+yjit')]);
const IDS = ['2.3.6+yjit', '2.4.3', '2.4.3+jemalloc', '2.4.3+yjit'];

test('cells are in the order of releases, of one ruby the standard settings first', () => {
  expect(orderedCells(RUN).map(({ id }) => id)).toEqual(IDS);
});

test('the sentence names cells, not rubies', () => {
  expect(sentenceOf(RUN.cells, LISTED)).toBe(
    '2.3.6+yjit and 2.4.3+yjit leak 64 bytes per iteration (native); 2.4.3 (also with jemalloc) is clean.',
  );
});

test('ranges hold releases of the same settings only', () => {
  const yjit = ['2.3.0', '2.3.1', '2.3.2'].map((ruby) => cellId(ruby, { jit: 'yjit' }));
  expect(nameRanges(['2.3.1', '2.3.2', ...yjit, '2.3.3'], LISTED)).toEqual([
    '2.3.1–2.3.3',
    '2.3.0–2.3.2 with yjit',
  ]);
  expect(nameRanges(yjit.slice(1), LISTED)).toEqual(['2.3.1+yjit', '2.3.2+yjit']);
});

test('rubies that have the same to say with several settings are named once', () => {
  const both = ['2.3.6', '2.4.3'].flatMap((ruby) => [ruby, `${ruby}+yjit`, `${ruby}+arenas=2`]);
  expect(nameRanges(both, LISTED)).toEqual(['2.3.6 and 2.4.3 (each also with yjit and arenas=2)']);
  expect(nameRanges(['2.4.3', '2.4.3+yjit', '2.4.3+arenas=2+yjit'], LISTED)).toEqual([
    '2.4.3 (also with yjit and arenas=2+yjit)',
  ]);
  expect(nameRanges(['2.4.3+yjit', '2.4.3+jemalloc'], LISTED)).toEqual(['2.4.3 with yjit or jemalloc']);
  expect(nameRanges(['2.3.6', '2.4.3+yjit', '2.3.6+yjit'], LISTED)).toEqual([
    '2.3.6',
    '2.3.6+yjit',
    '2.4.3+yjit',
  ]);
});

test('a verdict flips along releases of the same settings', () => {
  const cells = [leak('2.3.6'), leak('2.3.6+yjit'), clean('2.4.3'), leak('2.4.3+yjit')];
  expect(findFlips(cells, LISTED).map((pair) => pair.map(({ id }) => id))).toEqual([['2.3.6', '2.4.3']]);
});

const cellsOf = (line = ''): readonly string[] => line.split(/ {2,}/).slice(0, 5);

test('settings that vary have a column each, those that all cells share stay with the ruby', () => {
  const run = record([
    leak('2.3.6+jemalloc'),
    clean('2.4.3+jemalloc+arenas=2+gem.oj=3.12.0'),
    leak('2.4.3+jemalloc+yjit+env.RUBYOPT=-w'),
  ]);
  const lines = table(run, { width: 160, style: plainStyle, curves: new Map() }).split('\n');
  expect(cellsOf(lines[0])).toEqual(['ruby', 'arenas', 'jit', 'RUBYOPT', 'oj']);
  expect(cellsOf(lines[1])).toEqual(['2.3.6+jemalloc', '1', 'off', 'leak', 'native']);
  expect(cellsOf(lines[3])).toEqual(['2.4.3+jemalloc', '2', 'off', '3.12.0', 'clean']);
  expect(cellsOf(lines[5])).toEqual(['2.4.3+jemalloc', '1', 'yjit', '-w', 'leak']);
  expect(markdown(RUN)).toContain('| ruby | allocator | jit | verdict |');
  expect(markdown(RUN)).toContain('| 2.4.3 | jemalloc | off | clean |');
});

test.each([
  ['csv', csv(RUN)],
  ['junit', junit(RUN)],
  ['chart', mermaidChart(RUN) ?? ''],
])('every cell has its own row: %s', (_, text) => {
  for (const id of IDS)
    expect(text).toMatch(new RegExp(`(^|[^\\w.])${id.replace('+', '\\+')}($|[^\\w+])`, 'm'));
});

test('the bug report is about the cell that leaks, the usual settings before others, and says which each row has', () => {
  expect(bugReport(RUN)).toContain('Ruby 2.4.3+yjit');
  const started = environment('Debian 12', 'glibc 2.36');
  const seen = record([
    { ...leak('2.4.3+yjit'), environment: { ...started, description: 'ruby 2.4.3p205' } },
  ]);
  expect(bugReport(seen)).toMatch(/^ruby 2\.4\.3p205 with yjit$/m);
  const all = record([leak('2.4.3'), leak('2.4.3+yjit'), clean('2.3.6')]);
  expect(bugReport(all)).toMatch(/^Subject: .* Ruby 2\.4\.3$/m);
});

test('what leaks is asked for with the settings of the one cell', () => {
  const axes = { jit: ['off', 'yjit'] };
  const run = (cells: typeof RUN.cells) => ({ ...record(cells), options: { ...RUN.options, axes } });
  expect(explainHint(run([leak('2.4.3'), leak('2.4.3+yjit')]))?.command).not.toContain('--with');
  expect(explainHint(run([clean('2.4.3'), leak('2.4.3+yjit')]))?.command).toContain(
    '--ruby 2.4.3 --budget 30 --with jit=yjit',
  );
});

test('every cell has a row, a mark and a panel with its own curve on the page', () => {
  const traces = RUN.cells.map(({ id, ruby }, index): StoredTrace => {
    return { cell: id, ruby, pass: 'measure', samples: samples(100 * index, 0), histograms: [] };
  });
  const page = runBody({ run: RUN, traces, position: null, actions: null }).toString();
  const found = (pattern: RegExp): readonly string[] => [...page.matchAll(pattern)].map(([, id = '']) => id);
  expect(found(/data-row="([^"]+)"/g)).toEqual(IDS);
  expect(found(/<li data-part="[^"]+" data-cell="([^"]+)"/g)).toEqual(IDS);
  const drawn = found(/<li data-part=(?:(?!<\/li>).)*?class="curve"[^>]* d="([^"]+)"/gs);
  expect(new Set(drawn).size).toBe(IDS.length);
});
