import { describe, expect, test } from 'vitest';
import { createParser } from '../../../src/prism/parser.ts';
import {
  composeScript,
  prepareScript,
  type PreparedScriptResult,
  type PreparedScript,
} from '../../../src/script/prepare.ts';
import { shapeOf } from './same-tree.ts';

const parse = await createParser();
const prepare = (text: string, loopLine: number | null = null): PreparedScriptResult =>
  prepareScript({ text, loopLine }, parse);

function prepared(text: string, loopLine: number | null = null): PreparedScript {
  const preparation = prepare(text, loopLine);
  if (!preparation.ok) throw new Error(preparation.message);
  expect(parse(preparation.value.text).errors).toEqual([]);
  return preparation.value;
}

describe('a script without a loop is the body of one', () => {
  test('from its first line of code on', () => {
    const script = prepared('# frozen_string_literal: true\n\nrequire "set"\nSet.new\n');
    expect(script.text).toBe(
      '# frozen_string_literal: true\n\n::MATRIX_LOOP.loop(0) do; require "set"\nSet.new\n\nend\n',
    );
    expect(script.loop).toEqual({ line: 3, unitLine: 3, kinds: ['body'], otherLines: [] });
  });

  test('what it keeps within one repetition is not seen, and that is said; not where the body is marked', () => {
    const kept = 'seen = []\nbegin\n  seen << 1\n  raise if seen.size < 9_000\nrescue\n  retry\nend\n';
    expect(prepared(kept).notes).toEqual([expect.stringMatching(/^the script has no loop .* whole script/)]);
    expect(prepared(composeScript('', kept)).notes).toEqual([]);
  });

  test.each([
    ['the last line has no line break', 'Object.new'],
    ['it ends in a comment', 'Object.new # last'],
    ['it ends in a heredoc', 'x = <<A\n1\nA'],
    ['it ends in =begin … =end', 'Object.new\n=begin\nend\n=end'],
    ['its lines end in CRLF', 'x = 1\r\nObject.new\r\n'],
    ['it defines classes, constants and methods', 'class A; end\nFOO = 1\ndef x; FOO; end\nx\n'],
    ['it holds multi-byte text', '# ü\nputs "日本"\n'],
    ['it only prints in a loop of few rounds', 'Object.new\n3.times { GC.start }\n'],
    ['its only loop is a helper’s', 'def collect; 3.times { GC.start; sleep 0 }; end\nObject.new\ncollect\n'],
    ['its only loop repeats nothing', 'begin\nend while false\n'],
    ['it iterates over a collection', '[1, 2].each { |x| x.to_s }\n'],
    ['it makes an enumerator', 'e = 1_000.times\n'],
  ])('also when %s', (_name, text) => {
    const script = prepared(text);
    expect(script.loop?.kinds).toEqual(['body']);
    const lines = script.text.split('\n');
    text
      .trimEnd()
      .split('\n')
      .forEach((line, i) => expect(lines[i]?.trimEnd().endsWith(line.trimEnd())).toBe(true));
  });

  test('DATA stays behind __END__', () => {
    const script = prepared('x = DATA.read\n__END__\nsome { text\n');
    expect(script.text).toBe('::MATRIX_LOOP.loop(0) do; x = DATA.read\n\nend\n__END__\nsome { text\n');
  });

  test('BEGIN { … } stays at the top', () => {
    expect(prepared('BEGIN { $x = 1 }\nObject.new\n').text).toBe(
      'BEGIN { $x = 1 }\n::MATRIX_LOOP.loop(0) do; Object.new\n\nend\n',
    );
  });

  test("the script's own return ends an iteration; others stay what they are", () => {
    const text = 'return if false\ndef x; return 1; end\n-> { return 2 }.call\n[1].each { return }\nreturn\n';
    const script = prepared(text);
    expect(script.text).toBe(
      '::MATRIX_LOOP.loop(0) do; next if false\ndef x; return 1; end\n-> { return 2 }.call\n[1].each { return }\nnext\n\nend\n',
    );
  });

  test('a return inside a while is left alone: a next would repeat that while', () => {
    expect(prepared('# ---- loop ----\nwhile true\n  return\nend\n').text).toContain('  return\n');
  });
});

describe('the marker', () => {
  test('parts set-up from body, whatever loops the body holds', () => {
    const script = prepared(
      'list = []\n100.times { list << 1 }\n# ---- loop ----\n10.times { list.dup }\nGC.stat\n',
    );
    expect(script.text).toBe(
      'list = []\n100.times { list << 1 }\n# ---- loop ----\n::MATRIX_LOOP.loop(0) do; 10.times { list.dup }\nGC.stat\n\nend\n',
    );
    expect(script.loop).toEqual({ line: 4, unitLine: 4, kinds: ['body'], otherLines: [] });
  });

  test.each(['# ---- loop ----', '#-- loop --', '# -------- LOOP --------', '    # --- loop ---'])(
    'reads %j',
    (marker) => {
      expect(prepared(`1_000.times { }\n${marker}\nObject.new\n`).loop?.line).toBe(3);
    },
  );

  test.each([
    '# loop',
    '#loop',
    '# the ---- loop ----',
    '# - loop -',
    's = "# ---- loop ----"',
    's = <<A\n# ---- loop ----\nA',
  ])('does not read %j', (line) => {
    expect(prepared(`${line}\n1_000.times { Object.new }\n`).loop?.kinds).toEqual(['times']);
  });

  test('with nothing behind it says so, with its line', () => {
    expect(prepare('x = 1\n# ---- loop ----\n# nothing\n')).toEqual({
      ok: false,
      message: expect.stringMatching(/^nothing follows the .* at line 2: put the code to repeat after it$/),
    });
  });
});

describe('composeScript', () => {
  test.each([
    ['', 'Object.new', 2],
    ['   \n', 'Object.new', 2],
    ['require "set"', 'Set.new', 3],
    ['x = <<A\ntext\nA\n\n', 'x.dup', 5],
    ['# only a comment', 'x = <<A\n1\nA', 3],
  ])('set-up %j and body %j', (setup, body, line) => {
    const script = prepared(composeScript(setup, body));
    expect(script.loop).toEqual({ line, unitLine: line, kinds: ['body'], otherLines: [] });
    expect(script.text.split('\n')[line - 1]).toBe(`::MATRIX_LOOP.loop(0) do; ${body.split('\n')[0]}`);
  });

  test('an -e with a loop of its own repeats all of it', () => {
    expect(prepared(composeScript('', '10.times { Object.new }')).loop?.kinds).toEqual(['body']);
  });
});

const isFinal = (code: string): boolean | undefined => prepared(code).loops.at(-1)?.final;

describe('--loop LINE', () => {
  const text = '1_000.times { 1 }\nloop do\n  100.times { 2 }\n  puts 3\nend\n500.times { 4 }\n';

  test('chooses', () => {
    expect(prepared(text, 1).loop).toMatchObject({ line: 1, unitLine: 1 });
    expect(prepared(text, 2).loop).toMatchObject({ line: 2, unitLine: 3 });
    expect(prepared(text, 3).loop).toMatchObject({ line: 3, unitLine: 3 });
  });

  test('goes before the marker', () => {
    expect(prepared(`# ---- loop ----\n${text}`, 2).loop?.kinds).toEqual(['times']);
  });

  test('names the lines there are', () => {
    expect(prepare(text, 4)).toEqual({
      ok: false,
      message: '--loop 4: no loop begins at that line; its loops are at line 1, 2, 3, 6',
    });
    expect(prepare('Object.new', 1)).toEqual({
      ok: false,
      message: '--loop 1: no loop begins at that line; the script has no loop',
    });
  });

  test('without it every loop is counted, and the last one named first', () => {
    const { loop, loops, notes } = prepared(text);
    expect(loops.map(({ line, final }) => [line, final])).toEqual([
      [1, false],
      [2, false],
      [3, false],
      [6, true],
    ]);
    expect(loops[2]?.around).toEqual([1]);
    expect(loop).toMatchObject({ line: 6, otherLines: [1, 2, 3] });
    expect(notes).toEqual([]);
  });

  test('a loop in a method that is called last may continue, the one before it may not', () => {
    const { loops } = prepared('200.times { 1 }\ndef x\n  1_000_000.times { 2 }\nend\nx\n');
    expect(loops.map(({ line, method, final }) => [line, method, final])).toEqual([
      [1, null, false],
      [3, 'x', false],
    ]);
  });

  test('the only loop of a script may continue, unless it is reached in several ways', () => {
    expect(isFinal('def x\n  1_000.times { 2 }\nend\nx\n')).toBe(true);
    expect(isFinal('def x(a)\n  1_000.times { a }\nend\nx(1)\nx(2)\n')).toBe(false);
    expect(isFinal('%w[a b].each { |a| 1_000.times { a } }\n')).toBe(false);
    expect(isFinal('work = -> { 1_000.times { 2 } }\nwork.call\n')).toBe(false);
    expect(isFinal('Benchmark.realtime { 1_000.times { 2 } }\n')).toBe(true);
  });

  test('more loops than anybody means: the first are counted, and it is said', () => {
    const { loops, notes } = prepared('1_000.times { 1 }\n'.repeat(5_000));
    expect(loops).toHaveLength(64);
    expect(notes).toEqual([expect.stringMatching(/^the script has 5000 loops; 64 of them were counted/)]);
  });

  test('loops that all run rarely are counted as well', () => {
    expect(prepared('3.times { [] }\n50.times { [] }\n5.times { [] }\n').loop).toMatchObject({
      line: 3,
      otherLines: [1, 2],
    });
  });
});

test('a script with no code', () => {
  expect(prepare('# only\n\n# comments\n')).toEqual({
    ok: false,
    message: 'the script holds no code to run: nothing but comments and blank lines',
  });
  expect(prepare('__END__\n1_000.times { }\n').ok).toBe(false);
});

test('what does not parse runs as it stands, and says why', () => {
  const text = 'x = 1\n1_000.times { x ) }\n';
  const preparation = prepare(text);
  expect(preparation).toMatchObject({ ok: true, value: { text, loop: null } });
  expect((preparation as { value: PreparedScript }).value.notes).toEqual([
    expect.stringMatching(/^the script does not parse as today's Ruby \(line 2: .+\); it runs as written$/),
  ]);
});

test('code of a thousand terms is no trouble', () => {
  const text = `x = ${Array.from({ length: 1_000 }, () => '"a"').join(' + ')}\n1_000.times { x }\n`;
  expect(prepared(text).loop?.line).toBe(2);
});

test('a script that nests too deep runs as it stands, without a crash', async () => {
  const own = await createParser();
  const text = `x = ${'['.repeat(20_000)}${']'.repeat(20_000)}\n1_000.times { x }\n`;
  const preparation = prepareScript({ text, loopLine: null }, own);
  expect(preparation).toMatchObject({ ok: true, value: { text, loop: null } });
});

const shape = (text: string): unknown => shapeOf(parse(text).root);

test('the comparison of trees sees a difference', () => {
  expect(shape('1.upto(2) { a }')).toEqual(shape('(::MATRIX_LOOP.each(3, (1), :upto, 2) { a })'));
  for (const other of [
    '1.upto(3) { a }',
    '1.upto(2) { b }',
    '1.upto(2) { |x| a }',
    '1.downto(2) { a }',
    '2.upto(2) { a }',
    '1.upto(2, &a)',
    'x = 1.upto(2) { a }',
  ]) {
    expect(shape(other)).not.toEqual(shape('1.upto(2) { a }'));
  }
});
