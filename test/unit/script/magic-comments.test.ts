import { beforeAll, describe, expect, it } from 'vitest';
import { createParser } from '../../../src/prism/parser.ts';
import { readMagicComments } from '../../../src/script/magic-comments.ts';
import { prepareScript } from '../../../src/script/prepare.ts';
import type { ScriptParser } from '../../../src/script/syntax.ts';

let parse: ScriptParser;
beforeAll(async () => {
  parse = await createParser();
});

describe('magic comments', () => {
  it('are read wherever they are alone on a line', () => {
    const text = [
      '#!/usr/bin/env ruby',
      '# matrix: expect 2.3..2.4.3, 2.5.0',
      '#matrix:rubies 2.2..2.5',
      '  # matrix:  budget  60.5  ',
      "# matrix: setup require 'json'",
      '# matrix: rubies 3.1.2',
      '1000.times { } # matrix: loop 99',
      '# matrix: loop 7',
      '# matrix: keep-sleep ',
      '# matrix: debian-package ruby-oj, libxml2',
      '# matrix: debian-package ruby-oj',
      '# matrix: gem oj 3.11.8, 3.12.0',
      '# matrix: gem nokogiri',
      '# matrix: at-least 500000',
      '# the matrix: rotates',
      '__END__',
      '# matrix: nonsense',
    ].join('\r\n');
    expect(readMagicComments(text)).toEqual({
      ok: true,
      value: {
        rubies: [
          { line: 3, value: '2.2..2.5' },
          { line: 6, value: '3.1.2' },
        ],
        expect: [{ line: 2, value: '2.3..2.4.3, 2.5.0' }],
        options: {
          budgetSeconds: { line: 4, value: 60.5 },
          loopLine: { line: 8, value: 7 },
          keepSleep: { line: 9, value: true },
          leastIterations: { line: 14, value: 500_000 },
          gems: { line: 12, value: ['oj=3.11.8,3.12.0', 'nokogiri'] },
          debianPackages: { line: 10, value: ['libxml2', 'ruby-oj'] },
        },
        setup: [{ line: 5, value: "require 'json'" }],
      },
    });
  });

  it.each(['# matrix: 3x3 of the unit cell', '# matrix:', '# matrix: it is transposed here'])(
    'a comment about something else is none: %j',
    (text) => {
      expect(readMagicComments(`${text}\nloop { }\n`)).toMatchObject({
        ok: true,
        value: { rubies: [], setup: [] },
      });
    },
  );

  it.each([
    ['\n# matrix: expcet 2.3', 2, 'expcet is not known; did you mean expect?'],
    ['# matrix: expect', 1, 'expect has no value: write # matrix: expect 2.3..2.4.3'],
    ['# matrix: keep-sleep 50', 1, 'keep-sleep takes no value, but has 50: write # matrix: keep-sleep'],
    ['# matrix: keep_sleep', 1, 'keep_sleep is not known; did you mean keep-sleep?'],
    ['# matrix: budget soon', 1, 'budget soon: give seconds above 0'],
    ['# matrix: budget 0', 1, 'budget 0: give seconds above 0'],
    ['# matrix: debian-package ruby-oj, -o', 1, 'debian-package: -o is not the name of a Debian package'],
    ['# matrix: gem', 1, 'gem has no value: write # matrix: gem oj 3.11.8, 3.12.0'],
    ['# matrix: gem oj latest', 1, 'gem oj: latest is not a version'],
    ['# matrix: loop -1', 1, 'loop -1: give the line'],
    ['# matrix: budget 3\n# matrix: budget 4', 2, 'budget is already given at line 1'],
    ['# matrix: expect 2.3\n# matrix: expect none', 2, 'contradict each other'],
  ])('are refused with their line: %j', (text, line, message) => {
    expect(readMagicComments(text)).toMatchObject({
      ok: false,
      line,
      message: expect.stringContaining(message),
    });
    expect(prepareScript({ text, loopLine: null }, parse)).toMatchObject({
      ok: false,
      message: expect.stringContaining(`line ${line}: `),
    });
  });

  it('run their set-up once, in its place: what follows is the body of a script without a loop', () => {
    const text =
      "# frozen_string_literal: true\n# matrix: setup require 'json'\n# matrix: setup s = '[]'\nJSON.parse(s)\n";
    const prepared = prepareScript({ text, loopLine: null }, parse);
    if (!prepared.ok) throw new Error(prepared.message);
    const lines = prepared.value.text.split('\n');
    expect(lines.slice(1, 3)).toEqual(["require 'json'", "s = '[]'"]);
    expect(lines[3]).toMatch(/^::MATRIX_LOOP\.loop\(0\) do; JSON\.parse\(s\)/);
    expect(prepared.value.loop).toMatchObject({ line: 4, kinds: ['body'] });
  });

  it('leave the loop of a script that has one to itself', () => {
    const text = "# matrix: setup require 'json'\n100.times { JSON.parse('[]') }\n";
    const prepared = prepareScript({ text, loopLine: null }, parse);
    expect(prepared).toMatchObject({ ok: true, value: { loop: { line: 2, kinds: ['times'] } } });
    expect(prepared.ok && prepared.value.text).toMatch(/^require 'json'\n/);
  });

  it('say when nothing follows the set-up', () => {
    expect(prepareScript({ text: '# matrix: setup a = 1\n', loopLine: null }, parse)).toMatchObject({
      ok: false,
      message: expect.stringContaining('nothing follows the set-up that ends at line 1'),
    });
  });

  it('name the loop, unless the option does', () => {
    const text = '# matrix: loop 2\n1000.times { 1 }\n1000.times { 2 }\n';
    expect(prepareScript({ text, loopLine: null }, parse)).toMatchObject({ value: { loop: { line: 2 } } });
    expect(prepareScript({ text, loopLine: 3 }, parse)).toMatchObject({ value: { loop: { line: 3 } } });
    expect(prepareScript({ text: '# matrix: loop 9\n5.times { }\n', loopLine: null }, parse)).toMatchObject({
      ok: false,
      message: '# matrix: loop 9: no loop begins at that line; its loops are at line 2',
    });
  });
});
