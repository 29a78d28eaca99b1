import { expect, test } from 'vitest';
import { createParser } from '../../../src/prism/parser.ts';
import { prepareScript } from '../../../src/script/prepare.ts';

const parse = await createParser();
const inlineOf = (text: string): string | null => {
  const prepared = prepareScript({ text, loopLine: null }, parse);
  if (!prepared.ok) throw new Error(prepared.message);
  return prepared.value.inlineGemfile;
};

const HEAD = "require 'bundler/inline'\nversion = ENV.fetch('X', 'é')\n";

test.each([
  ["gemfile do\n  gem 'x', version\nend"],
  ["gemfile(true) do\n  source 'https://rubygems.org'\n  gem 'x'\nend"],
  ["gemfile(true, quiet: true) { gem 'x' }"],
  ["begin\n  gemfile { gem 'x' }\nrescue LoadError\n  abort\nend"],
  ["if true then gemfile { gem 'x' } end"],
])('a script that says its gems: what comes up to there, %j', (gemfile) => {
  expect(inlineOf(`${HEAD}${gemfile}\n1000.times { x }\n`)).toBe(`${HEAD}${gemfile}`);
});

test.each(['1000.times { x }', 'gemfile = 1', 'x.gemfile { }', 'gemfile', '# gemfile do\n1000.times { }'])(
  'one that does not: %j',
  (text) => expect(inlineOf(text)).toBeNull(),
);

test('a body without a loop begins behind its gemfile: that is no part of an iteration', () => {
  const text = `${HEAD}gemfile { gem 'x' }\nX.new\n`;
  const prepared = prepareScript({ text, loopLine: null }, parse);
  expect(prepared).toMatchObject({ ok: true, value: { loop: { line: 4, kinds: ['body'] } } });
});
