import { describe, expect, it } from 'vitest';
import type { CellDifference, Difference } from '../../../../src/domain/measurement/repeats.ts';
import type { ComparedCell, RunRecord } from '../../../../src/domain/run/record.ts';
import { comparisonLines } from '../../../../src/report/comparison/comparison-lines.ts';
import { comparisonView } from '../../../../src/report/comparison/comparison-view.ts';
import { comparison as section, FIRST_BASE } from '../../../../src/report/comparison/page-section.ts';
import { whatDiffers } from '../../../../src/report/comparison/what-differs.ts';
import { bugReport } from '../../../../src/report/formats/bug-report.ts';
import { csv } from '../../../../src/report/formats/csv.ts';
import { junit } from '../../../../src/report/formats/junit.ts';
import { markdown } from '../../../../src/report/formats/markdown.ts';
import { script } from '../../../../src/report/page/script.ts';
import { plainStyle } from '../../../../src/report/text/style.ts';
import { cellNamed } from '../../domain/cell-named.ts';
import { clean, leak, record } from '../records.ts';

const of = (value: number, half: number, certainty: Difference['certainty']): Difference => ({
  value,
  low: value - half,
  high: value + half,
  certainty,
});

const SAME: CellDifference = {
  bytes: of(0, 0.01, 'same'),
  slots: of(0, 0.001, 'same'),
  time: of(0.01, 0.05, 'same'),
  resident: of(2e4, 3e5, 'same'),
  iterations: 40_000,
};

const pair = (base: string, cell: string, change: Partial<CellDifference> | string = {}): ComparedCell => ({
  base: cellNamed(base).id,
  cell: cellNamed(cell).id,
  loop: { line: 2, kind: 'times', context: null },
  difference: typeof change === 'string' ? null : { ...SAME, ...change },
  reason: typeof change === 'string' ? change : null,
});

const SCRIPT = { name: 'a.rb', sha256: '', text: '' };
const LESS = { bytes: of(-64, 0.1, 'differs') };
const without: RunRecord['variants'] = [
  { name: 'without-12', without: [12], path: null, script: SCRIPT, loop: null },
];
const other: RunRecord['variants'] = [
  {
    name: 'b.rb',
    without: null,
    path: 'b.rb',
    script: { ...SCRIPT, name: 'b.rb', text: 'loop { }\n' },
    loop: null,
  },
];

const linesOf = (run: RunRecord): readonly string[] =>
  comparisonLines(comparisonView(run), { width: 120, style: plainStyle });

const comparisonSentences = (run: RunRecord): readonly string[] => comparisonView(run)?.sentences ?? [];

const compared = (comparison: readonly ComparedCell[], variants = without): RunRecord =>
  record(
    [
      ...comparison.map(({ base }) => (base === '2.5.9' ? clean(base) : leak(base))),
      ...comparison.map(({ cell }) => clean(cell)),
    ],
    { comparison, variants, script: { ...SCRIPT, name: 'repro.rb' } },
  );

describe('what is different, as text', () => {
  it('has rubies with the same difference together, and claims nothing where there is none', () => {
    const run = compared([
      pair('2.3.6', '2.3.6+script=without-12', LESS),
      pair('2.4.3', '2.4.3+script=without-12', { bytes: of(-64.05, 0.1, 'differs') }),
      pair('2.5.9', '2.5.9+script=without-12'),
    ]);
    expect(comparisonSentences(run)).toEqual([
      'Without line 12 it leaks 64.1 ± 0.1 bytes per iteration less on 2.3.6 and 2.4.3; no difference on 2.5.9.',
    ]);
  });

  it('tells time and memory only where they are certain', () => {
    const run = compared([
      pair('2.3.6', '2.3.6+yjit', { time: of(-0.15, 0.03, 'differs'), resident: of(3.2e6, 2e5, 'differs') }),
      pair('2.4.3', '2.4.3+yjit', { time: of(-0.4, 0.5, 'open') }),
    ]);
    expect(comparisonSentences(run)).toEqual([
      'With yjit there is no difference in live bytes on 2.3.6 and 2.4.3; an iteration takes 15 ± 3 % less time on 2.3.6; ' +
        'resident memory is 3.2 ± 0.2 MB higher on 2.3.6.',
    ]);
  });

  it('says what is open, and why something could not be compared', () => {
    const run = compared(
      [
        pair('2.3.6', '2.3.6+script=b.rb', { bytes: of(-20, 30, 'open') }),
        pair('2.4.3', '2.4.3+script=b.rb', 'an iteration is another thing'),
      ],
      other,
    );
    expect(comparisonSentences(run)).toEqual([
      'With b.rb there is no certain difference in live bytes on 2.3.6; not compared on 2.4.3: an iteration is another thing.',
    ]);
  });

  it.each([
    ['3.3.8+arenas=default', '3.3.8', 'with arenas=default'],
    ['3.3.8', '3.3.8+arenas=default', 'with arenas=1'],
    ['3.3.8+gem.oj=3.12.0', '3.3.8+gem.oj=3.11.8', 'with oj 3.12.0'],
    ['3.3.8+env.RUBYOPT=-w', '3.3.8', 'with RUBYOPT=-w'],
    ['3.3.8+script=without-12', '3.3.8', 'without line 12'],
    ['3.3.8', '3.3.8+script=without-12', 'with line 12'],
    ['3.3.8+script=b.rb', '3.3.8', 'with b.rb'],
    ['3.3.8+yjit+script=without-12', '3.3.8', 'without line 12 and with yjit'],
  ])('%s beside %s: %s', (cell, base, what) => {
    const run = { script: SCRIPT, variants: [...without, ...other] };
    expect(whatDiffers(cellNamed(cell).id, cellNamed(base).id, run)).toBe(what);
  });
});

describe('formats', () => {
  const run = compared(
    [
      pair('2.3.6', '2.3.6+script=b.rb', { ...LESS, time: of(-0.4, 0.5, 'open') }),
      pair('2.4.3', '2.4.3+script=b.rb', 'an iteration is another thing'),
    ],
    other,
  );

  it('give no figure of a time that varies by more than itself', () => {
    const noisy = compared([pair('2.3.6', '2.3.6+yjit', { time: of(0.2, 40, 'open') })]);
    expect(linesOf(noisy)[1]).toContain('(varies too much)');
  });

  it('show a row for each cell, what is not certain in brackets', () => {
    const lines = linesOf(run);
    expect(lines.slice(0, 4)).toEqual([
      'compared           with   bytes/iteration  slots/iteration  time/iteration  resident memory',
      '2.3.6+script=b.rb  2.3.6      -64.0 ± 0.1    0.000 ± 0.001    (-40 ± 50 %)     0.0 ± 0.3 MB',
      '2.4.3+script=b.rb  2.4.3',
      '    an iteration is another thing',
    ]);
    expect(lines.slice(4).join(' ')).toContain(
      'Difference from repro.rb ± half of its 99 % interval; what is not certain',
    );
    expect(linesOf(record([leak('2.3.6')]))).toEqual([]);
  });

  it('the page marks what is left out, and shows the other script as text', () => {
    const lines = { ...run.script, text: `${'x\n'.repeat(11)}twelve\n` };
    const one = record([leak('2.3.6')], { script: lines, variants: [...without, ...other] });
    const text = String(script(one));
    expect(text).toContain('twelve<span class="line-note">left out in without-12</span>');
    expect(text).toContain('aria-label="Text of b.rb"');
  });

  it('JUnit has a property for each change, and one for each cell', () => {
    const xml = junit(run);
    expect(xml).toContain('<property name="difference" value="With b.rb it leaks 64.0 ± 0.1 bytes');
    expect(xml).toContain(
      '<property name="difference 2.3.6+script=b.rb" value="from 2.3.6: bytes/iteration -64.0 ± 0.1; slots/iteration',
    );
    expect(xml).toContain(
      '<property name="difference 2.4.3+script=b.rb" value="from 2.4.3: an iteration is another thing"/>',
    );
  });

  it('say nothing of resident memory that was not read', () => {
    const unread = compared([pair('2.3.6', '2.3.6+yjit', { resident: null })]);
    expect(linesOf(unread).join(' ')).not.toContain('resident memory');
    expect(linesOf(run).join(' ')).toContain('resident memory is that of their second half');
    expect(junit(unread)).not.toContain('resident memory');
    expect(String(section(unread, FIRST_BASE))).not.toContain('resident memory');
  });

  it('Markdown, bug report and CSV have it, too', () => {
    expect(markdown(run)).toContain('| 2.3.6+script=b.rb | 2.3.6 | -64.0 ± 0.1 |');
    expect(markdown(run)).toContain('**With b.rb it leaks 64.0 ± 0.1 bytes per iteration less on 2.3.6;');
    expect(bugReport(run)).toContain('## What is different');
    expect(bugReport(run)).toContain('b.rb:\n\n```ruby\nloop { }\n```');
    const [titles = '', , , row = ''] = csv(run).split('\r\n');
    const values = new Map(titles.split(',').map((title, index) => [title, row.split(',')[index]]));
    expect(values.get('cell')).toBe('2.3.6+script=b.rb');
    expect([values.get('bytes_difference'), values.get('bytes_difference_certainty')]).toEqual([
      '-64',
      'differs',
    ]);
  });
});
