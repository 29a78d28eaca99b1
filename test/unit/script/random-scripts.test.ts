import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createParser } from '../../../src/prism/parser.ts';
import { prepareScript } from '../../../src/script/prepare.ts';
import { preludeCalls, shapeOf } from './same-tree.ts';

const parse = await createParser();

/** Statements of a body, of one or more lines. */
const statement = fc.constantFrom(
  'Object.new',
  'x = "ü – 日本"',
  "require 'set'",
  'puts "#{1 + 1} }"',
  's = <<-A\n  text } end do\n  A',
  'y = [1, 2].map { |z| z * 2 }',
  'a, b = 1, 2',
  'if true then 1 else 2 end',
  'begin\n  raise "x"\nrescue StandardError\n  nil\nend',
  'def helper(x) x; end',
  '# just a comment\nGC.stat',
  '%w[a b].each do |w|\n  w.dup\nend',
  'x = { :a => 1 }',
  'print ?a, "\\n"',
  'z = 5 unless false',
  '-> { 1 }.call',
);
const body = fc.array(statement, { minLength: 1, maxLength: 3 });
const blank = fc.constantFrom('', ' ', '  ', '\t');
const count = fc.constantFrom(
  '1_000',
  '100000',
  '(10 * 100)',
  'Integer("1000")',
  'ENV.fetch("N", "500").to_i',
  '0x400',
);

/** Heads of loops that take a block. */
const head = fc.oneof(
  fc
    .tuple(count, blank, fc.constantFrom('.', ' .', '.\n', '\n  .'))
    .map(([n, space, dot]) => `${n}${dot}times${space}`),
  fc.constantFrom('loop ', 'loop() ', 'Kernel.loop ', '::Kernel.loop '),
  fc
    .tuple(count, fc.constantFrom('(5_000_000)', '( 5_000_000 )', '(\n 5_000_000\n)', '(5_000_000,)'))
    .map(([n, to]) => `${n}.upto${to} `),
  count.map((n) => `5_000_000.downto(${n}) `),
  count.map((n) => `1.step(${n}, 2) `),
  count.map((n) => `(1..${n}).each `),
  count.map((n) => `(1...${n}).each `),
  fc.constantFrom('1_000.times.map ', '(1..500).each_slice(2) ', '1_000.times.each_with_index '),
);
const called = fc
  .tuple(head, body, fc.constantFrom('do', '{'), fc.constantFrom('', '|i|', '|i; j|'))
  .map(
    ([start, lines, opening, parameters]) =>
      `${start}${opening} ${parameters}\n${lines.join('\n')}\n${opening === 'do' ? 'end' : '}'}`,
  );
const repeated = fc
  .tuple(
    fc.constantFrom('while true', 'until false do', 'while $i < 9;', 'for q in 1..500', 'for q in 1..500 do'),
    body,
  )
  .map(([start, lines]) => `${start}\n${lines.join('\n')}\nend`);
const modified = fc
  .tuple(
    fc.constantFrom('$i += 1', 'puts 1, 2', '(1; 2)', 'a = b = 1', 'foo 1, :b => 2', 'begin\n  1\n  2\nend'),
    fc.constantFrom('while $i < 9', 'until true'),
  )
  .map(([work, until]) => `${work} ${until}`);
const script = fc
  .tuple(
    fc.constantFrom(
      '',
      '# frozen_string_literal: true\n',
      '#!/usr/bin/env ruby\n# encoding: utf-8\n',
      '=begin\n1.times { }\n=end\n',
    ),
    fc.array(statement, { maxLength: 2 }),
    fc.oneof(called, repeated, modified),
    fc.constantFrom('', ' # end', '; GC.start'),
    fc.array(statement, { maxLength: 2 }),
    fc.constantFrom('', '\n__END__\n5.times { ü }\n'),
    fc.boolean(),
  )
  .map(([magic, before, loop, behind, after, data, crlf]) => {
    const text = `${magic}${[...before, `${loop}${behind}`, ...after].join('\n')}\n${data}`;
    return crlf ? text.replaceAll('\n', '\r\n') : text;
  });

test('whatever is around a loop, it is handed over and all else stays', () => {
  fc.assert(
    fc.property(script, (text) => {
      const before = parse(text);
      fc.pre(before.errors.length === 0);
      const preparation = prepareScript({ text, loopLine: null }, parse);
      if (!preparation.ok) throw new Error(preparation.message);
      const after = parse(preparation.value.text);
      expect(after.errors).toEqual([]);
      const numbers = new Set(preludeCalls(after.root).map((call) => Number(call.split(' ')[1])));
      expect([...numbers].sort((a, b) => a - b)).toEqual(preparation.value.loops.map((_, index) => index));
      expect(numbers.size).toBeGreaterThan(0);
      if (preparation.value.loop?.kinds[0] === 'body') return;
      expect(preparation.value.text.split('\n').length).toBe(text.split('\n').length);
      expect(shapeOf(after.root)).toEqual(shapeOf(before.root));
    }),
    { numRuns: Number(process.env['MATRIX_RUNS'] ?? 300) },
  );
});

test('a script whose loop is the whole body keeps its lines, set-up and data', () => {
  fc.assert(
    fc.property(body, body, fc.constantFrom('', '__END__\nend }\n'), (setup, work, data) => {
      const text = `${setup.join('\n')}\n# ---- loop ----\n${work.join('\n')}\n${data}`;
      const preparation = prepareScript({ text, loopLine: null }, parse);
      if (!preparation.ok) throw new Error(preparation.message);
      const after = parse(preparation.value.text);
      expect(after.errors).toEqual([]);
      expect(preludeCalls(after.root)).toEqual(['loop 0']);
      const lines = preparation.value.text.split('\n');
      `${setup.join('\n')}\n# ---- loop ----\n${work.join('\n')}`
        .split('\n')
        .forEach((line, i) => expect(lines[i]?.endsWith(line)).toBe(true));
      expect(preparation.value.text.endsWith(`end\n${data}`)).toBe(true);
    }),
  );
});
