import { describe, expect, test } from 'vitest';
import { createParser } from '../../../src/prism/parser.ts';
import { prepareScript } from '../../../src/script/prepare.ts';

const parse = await createParser();

/** Lists the lines of each set-up, and of the loops that build it. */
function setUpsOf(lines: readonly string[]) {
  const preparation = prepareScript({ text: lines.join('\n'), loopLine: null }, parse);
  if (!preparation.ok) throw new Error(preparation.message);
  const { text, loops } = preparation.value;
  expect(parse(text).errors).toEqual([]);
  return loops.flatMap((loop, index) => {
    if (loop.kind !== 'set-up') return [];
    const builders = loops.filter(({ around, kind }) => kind !== 'set-up' && around.includes(index));
    return [{ from: loop.line, to: loop.endLine, by: builders.map(({ line }) => line) }];
  });
}

const USE = '9_000.times { |i| data[i % 10].to_s }';

describe('what a loop builds for later ones begins where its variable does', () => {
  test.each([
    ['a hash', ['data = {}', '900.times { |i| data[i] = "v" }', USE], 1],
    ['a list', ['require "set"', 'data = []', '900.times { |i| data << i }', USE], 2],
    ['a nested one', ['data = { list: [] }', '900.times { |i| data[:list] << i }', USE], 1],
    ['a constant', ['DATA = []', '900.times { |i| DATA << i }', '9_000.times { DATA.first }'], 1],
    ['sums', ['data = ""', '900.times { |i| data += i.to_s }', USE], 1],
    ['a chain', ['data = nil', '900.times { |i| data = Node.new(i, data) }', USE], 1],
    ['a while', ['data = []', 'while data.size < 900 do data << 1 end', USE], 1],
    [
      'what it is made from',
      ['x = File.read(__FILE__)', 'y = x.size', 'z = 1', 'data = [y]', '900.times { data << z }', USE],
      1,
    ],
    ['over another name', ['a = []', '900.times { |i| a << i }', 'data = a.reverse', USE], 1],
  ])('%s', (_name, lines, from) => {
    const builder = lines.findIndex((line) => /900/.test(line)) + 1;
    expect(setUpsOf(lines)).toEqual([{ from, to: builder, by: [builder] }]);
  });

  test('in a method that returns it, the call is evaluated again', () => {
    const build = [
      'def build',
      '  list = []',
      '  900.times { |i| list << i }',
      '  list',
      'end',
      'data = build',
    ];
    expect(setUpsOf([...build, USE])).toEqual([{ from: 6, to: 6, by: [3] }]);
  });

  test('in a method that is handed it, too, for a loop in another method', () => {
    expect(
      setUpsOf([
        'def fill(list)',
        '  900.times { |i| list << i }',
        'end',
        'def use(list)',
        '  9_000.times { list.first }',
        'end',
        'data = []',
        'fill(data)',
        'use(data)',
      ]),
    ).toEqual([{ from: 7, to: 8, by: [2] }]);
  });

  test('of a test, its instance variables', () => {
    expect(
      setUpsOf([
        'class T < Minitest::Test',
        '  def setup',
        '    @rows = []',
        '    900.times { |i| @rows << i }',
        '  end',
        '  def test_a',
        '    9_000.times { @rows.first }',
        '  end',
        'end',
      ]),
    ).toEqual([{ from: 3, to: 4, by: [4] }]);
  });

  test('two that cross are one', () => {
    const lines = ['data = []', 'more = {}', '900.times { data << 1 }', '900.times { more[1] = 2 }'];
    expect(setUpsOf([...lines, '9_000.times { data.first; more[1] }'])).toEqual([
      { from: 1, to: 4, by: [3, 4] },
    ]);
  });
});

describe('no set-up is', () => {
  test.each([
    ['what nobody uses later', ['$kept = []', '900.times { $kept << 1 }', '9_000.times { 1.to_s }']],
    ['what later loops only add to', ['$log = []', '900.times { $log << 1 }', '9_000.times { $log << 2 }']],
    ['what is only reported', ['data = []', '9_000.times { data << 1 }', '5.times { puts data.size }']],
    ['the only loop', ['data = []', '9_000.times { data << 1 }', 'puts data.size']],
    ['what an object does with a call', ['data = Api.new', '900.times { |i| data.fetch(i) }', USE]],
    ['a counter', ['data = 0', '900.times { |i| data += 1 }', USE]],
    ['the last value', ['data = nil', '900.times { |i| data = i.to_s }', USE]],
    [
      'what has no beginning here',
      ['900.times { |i| Registry.all << i }', '9_000.times { Registry.all.first }'],
    ],
    [
      'what another loop repeats',
      ['8.times do', '  data = []', '  900.times { data << 1 }', `  ${USE}`, 'end'],
    ],
    [
      'what a jump leaves',
      ['200.times do |n|', '  data = []', '  900.times { data << 1 }', '  next', 'end', USE],
    ],
  ])('%s', (_name, lines) => {
    expect(setUpsOf(lines)).toEqual([]);
  });
});
