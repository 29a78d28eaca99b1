import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { cellId } from '../../../../src/domain/cell/cell-id.ts';
import type { RunRecord } from '../../../../src/domain/run/record.ts';
import { plainStyle } from '../../../../src/report/text/style.ts';
import { table } from '../../../../src/report/formats/table.ts';
import { clean, environment, failed, inconclusive, leak, RAISED, record } from '../records.ts';

const draw = (run: RunRecord, width = 160): string =>
  table(run, { width, style: plainStyle, curves: new Map([[cellId('2.3.6'), [0, 1e6, 2e6, 4e6]]]) });

describe('the table', () => {
  const run = record([leak('2.3.6'), clean('2.2.10'), inconclusive('2.4.3'), RAISED, failed('2.5.9')]);

  it('has one row per ruby in release order, and ends in the sentence', () => {
    expect(draw(run)).toMatchInlineSnapshot(`
      "ruby    verdict            cause   bytes/iteration  slots/iteration  iterations  time/iteration  seconds  growth  note
      2.2.10  clean                          0.00 ± 0.05      0.00 ± 0.01      64,000         24.9 µs      1.9          no growth above 0.4 bytes per iteration
      2.3.6   leak               native     64.00 ± 0.05      0.00 ± 0.01      64,000         24.9 µs      1.9  ▁▃▅█    linear through iteration 64,000
      2.4.3   inconclusive                   3.00 ± 0.05      0.00 ± 0.01      64,000         24.9 µs      1.9          still settling at the end of the budget;
                                                                                                                        --budget 120 gives it longer
      2.4.10  script error                                                                                              line 3: undefined method \`foo\`
      2.5.9   image unavailable                                                                                         ruby:9.9.9 is not here and no registry answers

      2.4.10: script error before the loop, line 3
        undefined method \`foo\`
        for nil

      2.3.6 leaks 64 bytes per iteration (native); 2.2.10 is clean; 2.4.3 is inconclusive; 2.4.10 was not measured (script error); 2.5.9 was not measured (image unavailable).
      To find where it changes: matrix bisect repro.rb --ruby 2.2.10..2.3.6 --budget 30
      To name what leaks: matrix explain repro.rb --ruby 2.3.6 --budget 30
      "
    `);
  });

  it('puts notes below their rows where the terminal is narrow, and keeps within it', () => {
    const lines = draw(run, 100).split('\n');
    expect(lines.slice(0, 3)).toMatchInlineSnapshot(`
      [
        "ruby    verdict            cause   bytes/iteration  slots/iteration  iterations  time/iteration",
        "2.2.10  clean                          0.00 ± 0.05      0.00 ± 0.01      64,000         24.9 µs",
        "    no growth above 0.4 bytes per iteration",
      ]
    `);
    const tableLines = lines.slice(0, lines.indexOf(''));
    expect(Math.max(...tableLines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(100);
  });

  it('aligns rows by what a terminal shows, not by characters', () => {
    const wide = draw(record([leak('2.3.6'), { ...leak('日本'), growth: leak('x').growth }]));
    const ends = wide
      .split('\n')
      .slice(1, 3)
      .map((line) => stringWidth(line.slice(0, line.indexOf('linear'))));
    expect(ends[0]).toBe(ends[1]);
  });

  it('names the command that finds the boundary', () => {
    expect(draw(record([leak('2.4.3'), clean('2.4.10')]))).toMatch(
      /is clean\.\nTo find where it changes: matrix bisect repro\.rb --ruby 2\.4\.3\.\.2\.4\.10 --budget 30\n/,
    );
    expect(draw(record([clean('2.2.10'), leak('2.3.6'), clean('2.4.1')]))).toContain(
      '--ruby 2.2.10..2.4.1 --budget 30\n',
    );
    expect(draw(record([leak('2.4.3'), clean('2.4.4')]))).not.toContain('To find');
    expect(draw(record([leak('2.4.3'), failed('2.4.4'), clean('2.4.5')]))).not.toContain('To find');
    const odd = record([leak('2.4.3'), clean('2.4.5')], {
      script: { name: "it's.rb", sha256: '', text: '' },
    });
    expect(draw(odd)).toContain(String.raw`matrix bisect 'it'\''s.rb' --ruby 2.4.3..2.4.5`);
  });

  it('names commands as the person has to type them', () => {
    const style = { ...plainStyle, command: 'npm run matrix --' };
    const text = table(record([leak('2.4.3'), clean('2.4.10')]), { width: 160, style, curves: new Map() });
    expect(text).toContain('To find where it changes: npm run matrix -- bisect repro.rb');
    expect(text).toContain('To name what leaks: npm run matrix -- explain repro.rb');
  });

  it('names the command that names what leaks, for the newest ruby that does', () => {
    expect(draw(record([leak('2.4.3'), leak('2.3.6'), clean('2.4.4')]))).toMatch(
      /\nTo name what leaks: matrix explain repro\.rb --ruby 2\.4\.3 --budget 30\n$/,
    );
    expect(draw(record([clean('2.4.4'), inconclusive('2.4.5')]))).not.toContain('matrix explain');
  });

  it('tells where a verdict changes together with the base', () => {
    const old = { ...leak('2.4.3'), environment: environment('Debian 8', 'glibc 2.19') };
    const young = { ...clean('2.4.4'), environment: environment('Debian 9', 'glibc 2.24') };
    expect(draw(record([old, young]))).toContain(
      'Between 2.4.3 and 2.4.4 the verdict changes, and so does what they run on: ' +
        'Debian 8, glibc 2.19, glibc malloc, x86_64 before,',
    );
    expect(draw(record([old, { ...young, environment: old.environment }]))).not.toContain('what they run on');
  });

  it('never lets a control character of a script reach the terminal', () => {
    const nasty = 'a\u001b[2Jb\u0007\u009b31m\u202ec\rd';
    const cell = failed('2.4.10', { outcome: 'script-error', message: `boom ${nasty}\nmore`, output: nasty });
    const text = draw(
      record([cell, { ...leak('2.3.6'), message: nasty, warnings: [nasty] }], {
        notes: [nasty],
        script: { name: `x${nasty}.rb`, sha256: '', text: '' },
      }),
    );
    expect(text.replaceAll('\n', '')).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(text).toContain(String.raw`a\e[2Jb\x07\x9b31m\u202ec`);
  });

  it('shows the last lines of a failed script once for all rubies that share them', () => {
    const output = Array.from({ length: 14 }, (_, line) => `out ${line}`).join('\n');
    const same = { outcome: 'script-error', stage: 'setup', line: 3, message: 'boom', output } as const;
    const text = draw(record([failed('2.4.8', same), failed('2.4.9', same)]));
    expect(text.split('2.4.8 and 2.4.9: script error before the loop, line 3')).toHaveLength(2);
    expect(text).toContain('  | … 4 lines before\n  | out 4\n');
    expect(text).not.toContain('out 3\n');
  });
});
