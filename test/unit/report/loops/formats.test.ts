import { parse } from 'csv-parse/sync';
import { lexer, type Tokens } from 'marked';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { RunRecord } from '../../../../src/domain/run/record.ts';
import { bugReport } from '../../../../src/report/formats/bug-report.ts';
import { csv } from '../../../../src/report/formats/csv.ts';
import { junit } from '../../../../src/report/formats/junit.ts';
import { markdown } from '../../../../src/report/formats/markdown.ts';
import { plainStyle } from '../../../../src/report/text/style.ts';
import { table } from '../../../../src/report/formats/table.ts';
import { failed, inconclusive, LISTED, record, series } from '../records.ts';
import { cleanLoop, leaking, openLoop, THREE_LOOPS, unjudged, withLoops } from './loops.ts';

const draw = (run: RunRecord, width = 160): string =>
  table(run, { width, style: plainStyle, curves: new Map() });
const linesOf = (text: string): readonly string[] =>
  text
    .slice(text.indexOf('\nline ') + 1)
    .split('\n\n')[0]!
    .split('\n');

describe('the table of several loops', () => {
  it('has a row per loop below the rubies; rubies with the same result share it', () => {
    expect(draw(THREE_LOOPS, 150)).toMatchInlineSnapshot(`
      "ruby   verdict  cause    bytes/iteration  slots/iteration  iterations  time/iteration  seconds  note
      2.7.4  leak     objects     90.00 ± 0.05      1.00 ± 0.01      40,000         24.9 µs      1.9  line 2: linear through iteration 64,000
      3.1.2  leak     objects     90.00 ± 0.05      1.00 ± 0.01      40,000         24.9 µs      1.9  line 2: linear through iteration 64,000
      3.3.8  leak     objects     90.00 ± 0.05      1.00 ± 0.01      40,000         24.9 µs      1.9  line 2: linear through iteration 64,000

      line  rubies           verdict     cause    bytes/iteration  slots/iteration  iterations  time/iteration  note
      2     every ruby       leak        objects     90.00 ± 0.05      1.00 ± 0.01      40,000         24.9 µs  linear through iteration 64,000
      4     2.7.4            leak        native      64.00 ± 0.05      0.00 ± 0.01      40,000         24.9 µs  linear through iteration 64,000
      4     3.1.2 and 3.3.8  clean                    0.00 ± 0.05      0.00 ± 0.01      40,000         24.9 µs  no growth above 0.4 bytes per iteration
      6     every ruby       clean                    0.00 ± 0.05      0.00 ± 0.01      40,000         24.9 µs  no growth above 0.4 bytes per iteration
      9     every ruby       not judged                                                      0                  never ran

      line 4 leaks 64 bytes per iteration (native) on 2.7.4 and is clean on 3.1.2 and 3.3.8; line 2 keeps 1 object (about 90 bytes) per iteration on every ruby; line 6 is clean; line 9 never ran.
      To name what leaks: matrix explain two_of_three_loops.rb --ruby 3.3.8 --budget 30
      "
    `);
  });

  it('stays readable with sixteen rubies, long contexts and a narrow terminal', () => {
    const context = 'test_trace_points_of_methods_that_are_called_from_c';
    const cells = [...series('2.3', 8), ...series('2.4', 6)].map((ruby, index) =>
      withLoops(
        ruby,
        index % 3 === 0
          ? leaking(4, 64, 'native', 0, { context })
          : cleanLoop(4, { context, iterations: 40_000 + index }),
        cleanLoop(7, { message: `full from iteration ${300 + index},000 on` }),
        unjudged(12, 3),
      ),
    );
    const run = record([...cells, failed('2.5.1')]);
    expect(linesOf(draw(run, 160))).toMatchInlineSnapshot(`
      [
        "line  context                       rubies                       verdict     cause   bytes/iteration  slots/iteration     iterations  time/iteration",
        "4     test_trace_points_of_methods  2.3.0, 2.3.3, 2.3.6, 2.4.0,  leak        native     64.00 ± 0.05      0.00 ± 0.01         40,000         24.9 µs",
        "      _that_are_called_from_c       2.4.3 and 2.4.6",
        "    linear through iteration 64,000",
        "4     test_trace_points_of_methods  2.3.1, 2.3.2, 2.3.4, 2.3.5,  clean                   0.00 ± 0.05      0.00 ± 0.01  40,001–40,014         24.9 µs",
        "      _that_are_called_from_c       2.3.7, 2.3.8, 2.4.1, 2.4.2,",
        "                                    2.4.4 and 2.4.5",
        "    no growth above 0.4 bytes per iteration",
        "7                                   all measured                 clean                   0.00 ± 0.05      0.00 ± 0.01         40,000         24.9 µs",
        "    full from iteration 300,000 on (2.3.0)",
        "12                                  all measured                 not judged                                                        3",
        "    ran 3 times: too few to judge",
      ]
    `);
    for (const width of [160, 100, 80, 60])
      for (const line of linesOf(draw(run, width))) expect(stringWidth(line)).toBeLessThanOrEqual(width);
  });

  it('holds the worst of thousands of loops, and counts the others', () => {
    const many = Array.from({ length: 3000 }, (_, index) => cleanLoop(index + 10));
    const lines = linesOf(draw(record([withLoops('2.3.6', ...many, leaking(5000))])));
    expect(lines).toHaveLength(62);
    expect(lines.at(-2)).toMatch(/^5000 +2\.3\.6 +leak /);
    expect(lines.at(-1)).toBe('… and 2,941 clean: the record (--format json) holds all');
  });

  it('is left out where there is one loop', () => {
    const one = record([withLoops('2.3.6', leaking(2)), withLoops('2.4.3', cleanLoop(2))]);
    const none = record(one.cells.map((cell) => ({ ...cell, loops: [] })));
    expect(draw(one)).toBe(draw(none));
    for (const format of [markdown, bugReport, junit, csv]) expect(format(one)).toBe(format(none));
  });
});

describe('markdown of several loops', () => {
  it('has their table below that of the rubies', () => {
    const tables = lexer(markdown(THREE_LOOPS)).filter(
      (token): token is Tokens.Table => token.type === 'table',
    );
    const titles = tables[1]!.header.map((cell) => cell.text);
    expect(titles.slice(0, 4)).toEqual(['line', 'rubies', 'verdict', 'cause']);
    expect(titles.at(-1)).toBe('note');
    expect(tables[1]!.rows.map((row) => row.slice(0, 3).map((cell) => cell.text))).toEqual([
      ['2', 'every ruby', 'leak'],
      ['4', '2.7.4', 'leak'],
      ['4', '3.1.2 and 3.3.8', 'clean'],
      ['6', 'every ruby', 'clean'],
      ['9', 'every ruby', 'not judged'],
    ]);
  });
});

describe('csv of several loops', () => {
  const rows = parse<Record<string, string>>(csv(THREE_LOOPS), { columns: true });

  it('keeps one line per ruby, and adds one for each of its loops', () => {
    const own = rows.filter((row) => row['loop_line'] === '');
    expect(own.map((row) => [row['ruby'], row['verdict'], row['seconds']])).toEqual([
      ['2.7.4', 'leak', '1.9'],
      ['3.1.2', 'leak', '1.9'],
      ['3.3.8', 'leak', '1.9'],
    ]);
    expect(
      rows
        .filter((row) => row['ruby'] === '2.7.4' && row['loop_line'] !== '')
        .map((row) => [
          row['loop_line'],
          row['loop_context'],
          row['verdict'],
          row['bytes_per_iteration'],
          row['unit'],
        ]),
    ).toEqual([
      ['2', '', 'leak', '90', 'iteration of line 2'],
      ['4', '', 'leak', '64', 'iteration of line 4'],
      ['6', '', 'clean', '0', 'iteration of line 6'],
      ['9', '', '', '', 'iteration of line 9'],
    ]);
  });
});

describe('junit of several loops', () => {
  it('has a case per loop and ruby', () => {
    const run = record([
      withLoops(
        '2.3.6',
        leaking(2, 64, 'native', 0, { context: 'test_a' }),
        cleanLoop(4),
        openLoop(6),
        unjudged(9, 0),
      ),
      failed('2.5.9'),
      { ...inconclusive('2.5.0'), loops: [cleanLoop(4), cleanLoop(6)] },
    ]);
    const xml = junit(run);
    expect([...xml.matchAll(/<testcase name="([^"]*)"/g)].map(([, name]) => name)).toEqual([
      'ruby 2.3.6, line 2 in test_a',
      'ruby 2.3.6, line 4',
      'ruby 2.3.6, line 6',
      'ruby 2.3.6, line 9',
      'ruby 2.5.9',
      'ruby 2.5.0, line 4',
      'ruby 2.5.0, line 6',
      'ruby 2.5.0',
    ]);
    expect(xml).toContain('<testsuites name="matrix" tests="8" failures="1" errors="1" time="3.800">');
    expect(xml).toContain(
      '<failure type="leak" message="line 2 in test_a leaks 64 bytes per iteration (native) on 2.3.6.">',
    );
    expect(xml).toContain('<skipped>not judged: line 9 never ran on 2.3.6.</skipped>');
    expect(xml).toContain('<testcase name="ruby 2.3.6, line 4" classname="repro.rb" time="0.633"/>');
  });
});

describe('the bug report of several loops', () => {
  it('names the loop in its subject and each loop below its ruby', () => {
    const run = record(
      [
        withLoops('2.3.6', cleanLoop(2), leaking(4), cleanLoop(6), unjudged(9, 0)),
        withLoops('2.4.3', cleanLoop(2)),
      ],
      { listed: LISTED },
    );
    const text = bugReport(run);
    expect(text).toMatch(
      /^Subject: Memory leak of 64 bytes per iteration in line 4 of repro\.rb, Ruby 2\.3\.6\n/,
    );
    expect(text).toContain(
      [
        '    line 4: leaks 64.00 ± 0.05 bytes per iteration, native, over 40,000 iterations',
        '    lines 2 and 6: clean, no growth above 0.4 bytes per iteration',
        '    line 9: never ran',
      ].join('\n'),
    );
    expect(text).toContain('with the iterations of lines 2, 4, 6 and 9 counted,');
  });

  it('claims no clean bill while a loop is open', () => {
    const open = record([withLoops('2.3.6', cleanLoop(2), unjudged(9, 0))]);
    expect(bugReport(open)).toMatch(/^Subject: No verdict on line 9 of repro\.rb\n/);
    expect(bugReport(record([withLoops('2.3.6', cleanLoop(2), cleanLoop(4))]))).toMatch(
      /^Subject: No memory leak/,
    );
  });
});

describe('what a reader has to know', () => {
  it('stands in every report', () => {
    const warning = 'sleeps of 50 ms at line 3 were shortened (--keep-sleep leaves them)';
    const run = record([{ ...withLoops('2.3.6', cleanLoop(2), leaking(4)), warnings: [warning] }]);
    for (const text of [draw(run), markdown(run), bugReport(run), junit(run), csv(run)])
      expect(text.replaceAll(/\\|\n {2}(?=\S)/g, ' ')).toContain('were shortened (--keep-sleep');
  });
});

const evidence = (iterations: string) =>
  `no growth above 0.05 bytes per iteration through iteration ${iterations}`;

describe('notes of rubies that share a row', () => {
  it('are told piece by piece, once', () => {
    const held =
      'what stays resident is freed memory, not a leak: the allocator holds 148 MB (one arena; more hold more)';
    const run = record([
      withLoops('2.3.6', cleanLoop(2, { message: evidence('1,000') }), cleanLoop(4, { message: 'full' })),
      withLoops(
        '2.4.3',
        cleanLoop(2, { message: `${evidence('2,000')}; ${held}` }),
        cleanLoop(4, { message: 'full' }),
      ),
    ]);
    const text = draw(run, 300);
    expect(text).toContain(`${evidence('1,000')} (2.3.6); ${held} (2.4.3)\n`);
    expect(text).toMatch(/ {2}full\n/);
    expect(bugReport(run)).toContain(
      '    line 2: clean: 0.00 ± 0.05 bytes per iteration over 40,000 iterations',
    );
    expect(bugReport(run)).toContain(`; ${held}\n`);
  });
});

describe('the hint where a verdict changes', () => {
  it('looks at every loop, also where the ruby leaks on both sides', () => {
    const run = record([
      withLoops('2.3.6', leaking(2, 32), leaking(4)),
      withLoops('2.4.3', leaking(2, 32), cleanLoop(4)),
      withLoops('2.4.8', cleanLoop(2), cleanLoop(4)),
    ]);
    expect(draw(run)).toContain('To find where it changes: matrix bisect repro.rb --ruby 2.3.6..2.4.8 ');
  });
});
