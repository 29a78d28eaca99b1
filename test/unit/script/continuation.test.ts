import { describe, expect, test } from 'vitest';
import { createParser } from '../../../src/prism/parser.ts';
import { prepareScript } from '../../../src/script/prepare.ts';
import { preludeCalls } from './same-tree.ts';

const parse = await createParser();

function prepared(text: string) {
  const preparation = prepareScript({ text, loopLine: null }, parse);
  if (!preparation.ok) throw new Error(preparation.message);
  expect(parse(preparation.value.text).errors).toEqual([]);
  return preparation.value;
}

const namesOf = (text: string): readonly string[] => preludeCalls(parse(prepared(text).text).root);

describe('a loop that ends by a counter is asked where it would end', () => {
  test.each([
    'i = 0; while i < 300; work; i += 1; end',
    'i = 0; while (i += 1) < 300 do work end',
    'i = 300; until i == 0; work; i -= 1; end',
    '@i = 0; (work; @i = @i + 1) while @i <= LIMIT',
    'i = 0; loop { work; i = i.succ; break if i >= 300 }',
    'i = 0; loop do; i += 1; break unless i < 300; work; end',
    'i = 0; while true; i += 1; work; break if i == 300; end',
    '1.step { |i| work; break if i > 300 }',
    '(1..).each { |i| work; break if i > 300 }',
    '(1..Float::INFINITY).each { |i| work; break if i == 300 }',
    '1.upto(Float::INFINITY) { |i| break unless i < 300; work }',
    '0.step(by: 1) { |i| work; break if i == 300 }',
    'for i in 1..Float::INFINITY do work; break if i == 300 end',
    'loop.with_index { |_, i| work; break if i >= 300 }',
    'loop.each_with_index(1) { |_, i| work; break if i >= 300 }',
  ])('%s', (text) => {
    expect(namesOf(text)).toContain('on 0');
    expect(prepared(text).loops[0]?.canContinue).toBe(true);
  });

  test.each([
    'while (job = queue.shift); work(job); end',
    'until queue.empty? do work end',
    'while Time.now < deadline; work; i += 1; end',
    'i = 0; while i < 300 && open; work; i += 1; end',
    'while n < 300; work; end',
  ])('not any other: %s', (text) => {
    expect(namesOf(text)).not.toContain('on 0');
    expect(prepared(text).loops[0]?.canContinue).toBe(false);
  });

  test.each([
    '1_000.times { |i| work; break if i == 300 }',
    '1.step { |i| work; break if full? }',
    '0.step(by: 2, to: 600) { |i| work; break if i == 300 }',
  ])('nor a break that is not how it ends, or not by its count: %s', (text) =>
    expect(namesOf(text)).not.toContain('on 0'),
  );

  test('each of many conditions in a long body', () => {
    const text = `i = 0\nloop do\n${'break if i == 5\n'.repeat(5_000)}i += 1\nend\n`;
    expect(namesOf(text).filter((one) => one === 'on 0')).toHaveLength(5_000);
  });
});

describe('a call that cannot be driven is made again', () => {
  test.each([
    '(1..600).each_slice(2) { |a| work(a) }',
    'for i in 1..300; work; end',
    '1_000.times { |i| i }; names = 2_000.times.map { |i| work(i) }',
    '1_000.times { work }; records.each { |one| work(one) }',
    '1_000.times { work }; list = Array.new(3_000) { |i| work(i) }',
    '1_000.times { work }; File.foreach(path) { |line| work(line) }',
    '1_000.times { work }; File.open(path) { |file| file.each_line { |line| work(line) } }',
  ])('%s', (text) => expect(namesOf(text).join(' ')).toMatch(/again\? (\d) keep \1 .*kept \1/));

  test.each([
    ['its block leaves it', '(1..600).each_slice(2) { |a| break if a }'],
    ['its receiver leaves what is around it', '9.times { (list or next).each_slice(2) { |a| a } }'],
    ['a loop repeats it', '1_000.times { records.map { |one| work(one) } }'],
    ['a method holds it', 'def all; records.map { |one| work(one) }; end\n1_000.times { work }'],
    ['it has as many rounds as can be read', '1_000.times { work }; [1, 2].each { |one| work(one) }'],
    ['it holds loops that are judged', '1_000.times { a }; tables.each { |t| 500.times { t.dup } }'],
  ])('not where %s', (_why, text) => expect(namesOf(text).join(' ')).not.toContain('again?'));

  test('a break of a loop inside is not its own', () =>
    expect(namesOf('(1..600).each_slice(2) { |a| a.each { |x| break if x } }')).toContain('again? 0'));
});

test('what may be a loop that runs often keeps the one before it to its own count', () => {
  const [first, second] = prepared('1_000.times { work }\nrecords.each { |one| work(one) }\n').loops;
  expect([first?.final, second?.subject, second?.canContinue]).toEqual([false, true, true]);
  expect(prepared('1_000.times { work }\n%w[a b].each { |one| puts one }\n').loops[0]?.final).toBe(true);
});

test('blocks inside of a loop that nobody judges on their own are left as they stand', () => {
  const text =
    '1_000.times { |i| list.select { |x| x > i }; at_exit { |x| x }; h = Hash.new { |a, b| a[b] = 1 } }';
  expect(namesOf(text)).toEqual(['times 0']);
  expect(prepared(text).notes).toEqual([]);
});
