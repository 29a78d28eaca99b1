import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../../src/domain/leak/explanation.ts';
import type { RunRecord } from '../../../../src/domain/run/record.ts';
import { rateText, whatText } from '../../../../src/report/explain/headline.ts';
import { heldByTexts, placesText, placeViews } from '../../../../src/report/explain/place-text.ts';
import { findingLines } from '../../../../src/report/explain/text.ts';
import { explanationView } from '../../../../src/report/explain/finding-view.ts';
import { plainStyle } from '../../../../src/report/text/style.ts';
import { table } from '../../../../src/report/formats/table.ts';
import { leak, record, slope } from '../records.ts';
import { explained, frames, mapping, MANY_RUN, native, objects, place, REQUIRE_RUN } from './findings.ts';

const lines = (run: RunRecord, width = 110): string =>
  findingLines(explanationView(run)!, { width, style: plainStyle }).join('\n');

const step = (index: number) => ({ label: `@a${index}`, className: 'Node' });

const sums = (first: number, second: number) =>
  explanationView(
    record([
      explained('2.3.6', [native()], { accountedFor: first, measured: slope(64) }),
      explained('2.4.3', [native()], { accountedFor: second, measured: slope(64) }),
    ]),
  )?.sums;

const rate = (...bytes: readonly number[]): string =>
  rateText(bytes.map((bytesPerIteration) => native({ bytesPerIteration })));

describe('what leaks, in a terminal', () => {
  it('is site, line, stack and history', () => {
    expect(lines(REQUIRE_RUN)).toMatchInlineSnapshot(`
      "2.3.6  64 B/iteration, native: one block of 56 bytes per iteration, never freed
             repro.rb:7  Kernel#require
             rb_str_resize ← rb_str_buf_append ← copy_home_path ← rb_file_expand_path_fast ←
               rb_file_s_expand_path ← rb_construct_expanded_load_path ← rb_get_expanded_load_path ← rb_feature_p ←
               search_required ← rb_require_safe
             allocated 5,000 times in 5,000 iterations; 2.4.10 frees it
             accounted for: 98 % of 64 B/iteration
             Explained in 4.2 s, in separate containers, iterations took up to 3.4 times as long."
    `);
  });

  it('says where it was explained, if not where it was measured', () => {
    const host = { name: 'two', processor: 'x', kernel: '6.1' };
    const run = record([
      explained('2.3.6', [native()], { host }),
      explained('2.4.3', [native()], { host: null }),
    ]);
    expect(lines(run, 300)).toContain(
      '2.3.6 (explained on another host, two (x, kernel 6.1): the one that measured it was not there any more)',
    );
  });

  it('is every kind of finding, on the rubies that have it', () => {
    expect(lines(MANY_RUN)).toMatchInlineSnapshot(`
      "2.3.6            160 B/iteration, objects: one String per iteration, kept
                       repro.rb:4  Hash#[]= → json/common.rb:216  JSON.parse
                       held by: constant CACHE → Hash → String
                       120 B/iteration of it from str_buf_cat ← rb_str_concat
      2.3.6 and 2.4.3  64 B/iteration, native: one block of 56 bytes per iteration, never freed
                       repro.rb:7  Kernel#require
                       rb_str_resize ← rb_str_buf_append ← copy_home_path ← rb_file_expand_path_fast ←
                         rb_file_s_expand_path ← rb_construct_expanded_load_path ← rb_get_expanded_load_path ←
                         rb_feature_p ← search_required ← rb_require_safe
                       allocated about 5,000 times in 5,000 iterations on 2.3.6; 2.4.10 allocates there as often
                         and frees all but 8
      2.3.6            2.2 B/iteration, native: one block of 112 bytes per 50 iterations, never freed
                       repro.rb:9
                       zlib.so: zlib_mem_alloc ← libz.so.1: deflateInit2_ ← zlib.so: rb_deflate_initialize
                       allocated about 5,000 times in 5,000 iterations
      2.5.0            8 B/iteration, objects: one Array grows by 8 B per iteration
                       repro.rb:4  Hash#[]=
                       held by: constant CACHE → Hash → String
      2.6.0            12,288 B/iteration, outside malloc: thread stacks, one mapping per iteration, 8,392,704
                         bytes of address space per iteration
      2.3.6: accounted for: 97 % of 232 B/iteration
      2.4.3: accounted for: 100 % of 64 B/iteration
      2.5.0: accounted for: 100 % of 8 B/iteration
      Explained in 10.5 s, in separate containers, iterations took up to 3.4 times as long; 2.3.6 (one block in 16
      was followed); 2.4.3 (this image has no symbols of static functions: there are offsets in their place); not
      explained: 2.6.1."
    `);
  });

  it('stands between the table and the sentence, and needs no hint', () => {
    const text = table(REQUIRE_RUN, { width: 110, style: plainStyle, curves: new Map() });
    expect(text).toContain(`\n\n${lines(REQUIRE_RUN)}\n\n2.3.6 leaks 64 bytes`);
    expect(text).not.toContain('matrix explain');
  });

  it('keeps within a narrow terminal', () => {
    for (const width of [40, 60, 80]) {
      const widest = Math.max(
        ...lines(MANY_RUN, width)
          .split('\n')
          .map((line) => stringWidth(line)),
      );
      expect(widest).toBeLessThanOrEqual(width);
    }
  });

  it('puts long names on a line of their own', () => {
    const run = record(['2.3.0', '2.3.6', '2.4.3', '2.4.4'].map((ruby) => explained(ruby, [native()])));
    expect(lines(run).split('\n').slice(0, 2)).toEqual([
      '2.3.0, 2.3.6, 2.4.3 and 2.4.4',
      '    64 B/iteration, native: one block of 56 bytes per iteration, never freed',
    ]);
  });

  it('says where nothing was found, and what was missing', () => {
    const notes = ['this ruby has no heap dumps'];
    expect(lines(record([explained('2.2.10', [], { notes, slowdown: null })]))).toBe(
      'nothing was found that grows with the iterations\n' +
        'Explained in 2.1 s, in separate containers; this ruby has no heap dumps.',
    );
  });

  it('does not say that nothing was found where nothing could be seen', () => {
    const unseen = {
      iterations: 0,
      seconds: 0,
      slowdown: null,
      notes: ['cancelled before the leak was named'],
    };
    expect(lines(record([explained('2.2.10', [], unseen)]))).toBe(
      'could not be explained: cancelled before the leak was named',
    );
    const one = record([explained('2.2.10', [], unseen), explained('2.3.6', [native()])]);
    expect(explanationView(one)).toMatchObject({
      sums: [
        '2.2.10: could not be explained: cancelled before the leak was named',
        '2.3.6: accounted for: 100 % of 64 B/iteration',
      ],
      footnote: expect.not.stringContaining('cancelled'),
    });
  });

  it('leaves out what nobody reads, and says how much', () => {
    const many = Array.from({ length: 15 }, (_, index) =>
      native({ bytesPerIteration: 100 - index, script: place('repro.rb', index + 1) }),
    );
    const told = explanationView(record([explained('2.3.6', many, { accountedFor: null })]))!;
    expect(told.findings).toHaveLength(12);
    expect(told.sums).toEqual([
      'and 3 smaller findings, together 261 B/iteration: the JSON record lists them',
    ]);
  });

  it('shows the stack of the ruby that has names', () => {
    const stripped = native({ stack: frames('rb_a ? ?') });
    const whole = native({ stack: frames('rb_a rb_b rb_c') });
    const [finding] = explanationView(
      record([explained('2.3.6', [stripped]), explained('2.4.3', [whole])]),
    )!.findings;
    expect([finding?.rubies, finding?.stack?.cell, finding?.stack?.short]).toEqual([
      '2.3.6 and 2.4.3',
      '2.4.3',
      ['rb_a', 'rb_b', 'rb_c'],
    ]);
  });

  it('is nothing for a run that was not looked into', () => {
    expect(explanationView(record([leak('2.3.6')]))).toBeNull();
  });

  it('claims nothing of rubies that were not looked into, once the run has ended', () => {
    const cells = [explained('2.3.6', [native()]), leak('2.3.7'), leak('2.3.8')];
    expect(explanationView(record(cells))?.footnote).toContain('; not explained: 2.3.7 and 2.3.8.');
    expect(explanationView(record(cells, { finishedAt: null }))?.footnote).not.toContain('not looked into');
  });
});

describe('a finding in words', () => {
  it.each<[Finding, string]>([
    [native(), 'native: one block of 56 bytes per iteration, never freed'],
    [native({ blocksPerIteration: 2.5 }), 'native: 2.5 blocks of 56 bytes per iteration, never freed'],
    [native({ blocksPerIteration: 0.0154 }), 'native: one block of 56 bytes per 65 iterations, never freed'],
    [native({ blocksPerIteration: 0.7 }), 'native: 0.7 blocks of 56 bytes per iteration, never freed'],
    [native({ blockBytes: 1, frees: 3 }), 'native: one block of 1 byte per iteration, not all of them freed'],
    [
      native({ blockBytes: null, blocksPerIteration: 4 }),
      'native: 4 blocks of about 16 bytes per iteration, never freed',
    ],
    [native({ blocksPerIteration: 0 }), 'native: blocks, never freed'],
    [native({ grows: true, bytesPerIteration: 40 }), 'native: one block grows by 40 B per iteration'],
    [objects(), 'objects: one String per iteration, kept'],
    [objects({ objectsPerIteration: 3 }), 'objects: 3 String objects per iteration, kept'],
    [objects({ grows: true }), 'objects: one String grows by 40 B per iteration'],
    [
      mapping(),
      'outside malloc: thread stacks, one mapping per iteration, 8,392,704 bytes of address space per iteration',
    ],
  ])('%#', (finding, text) => {
    expect(whatText(finding)).toBe(text);
  });

  it('has one rate where the rubies agree', () => {
    expect([rate(64), rate(64, 64.2), rate(63, 64, 61), rate(40, 64)]).toEqual([
      '64 B/iteration',
      '64 B/iteration',
      '64 B/iteration',
      '40–64 B/iteration',
    ]);
  });

  it.each([
    [place('a.rb', 7, 'Foo#bar'), place('a.rb', 7, 'Kernel#require'), 'a.rb:7  Kernel#require'],
    [place('a.rb', 7, 'Foo#bar'), place('a.rb', 7), 'a.rb:7  Foo#bar'],
    [place('a.rb', 7), place('json.rb', 2, 'JSON.parse'), 'a.rb:7 → json.rb:2  JSON.parse'],
    [null, place('json.rb', 2), 'json.rb:2'],
    [place('a.rb', 7), null, 'a.rb:7'],
    [null, null, ''],
  ])('is placed: %#', (script, innermost, text) => {
    expect(placesText(placeViews({ script, innermost }))).toBe(text);
  });

  it('is held by a path whose middle may be left out', () => {
    expect(heldByTexts([step(0), { label: null, className: 'String' }])).toEqual(['@a0', 'Node', 'String']);
    expect(heldByTexts(Array.from({ length: 30 }, (_, index) => step(index)))).toEqual([
      '@a0',
      'Node',
      '@a1',
      'Node',
      '@a2',
      'Node',
      '…',
      'Node',
      '@a29',
      'Node',
    ]);
    expect(heldByTexts([])).toEqual([]);
  });

  it('adds up to a share of the measured slope, said of each ruby where they differ', () => {
    expect(sums(0.98, 0.983)).toEqual(['accounted for: 98 % of 64 B/iteration']);
    expect(sums(0.98, 1.02)).toEqual([
      '2.3.6: accounted for: 98 % of 64 B/iteration',
      '2.4.3: accounted for: 102 % of 64 B/iteration',
    ]);
  });
});
