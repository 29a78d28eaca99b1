import { expect, test } from 'vitest';
import { isMissingGem, packageFor } from '../../../../src/engine/measure/failures/missing-package.ts';

const PACKAGES = new Set([
  'puma',
  'ruby-activesupport',
  'ruby-http-parser.rb',
  'ruby-nokogiri',
  'ruby-oj',
  'ruby-rack',
  'ruby-rack-test',
  'ruby-google-protobuf',
]);

test.each([
  ['LoadError: cannot load such file -- nokogiri', 'ruby-nokogiri'],
  ['LoadError: no such file to load -- oj', 'ruby-oj'],
  ['LoadError: cannot load such file -- active_support/core_ext/object', 'ruby-activesupport'],
  ['LoadError: cannot load such file -- rack/test', 'ruby-rack-test'],
  ['LoadError: cannot load such file -- rack/mock', 'ruby-rack'],
  ['LoadError: cannot load such file -- google/protobuf', 'ruby-google-protobuf'],
  ['LoadError: cannot load such file -- puma', 'puma'],
  ["Gem::MissingSpecError: Could not find 'oj' (>= 0) among 80 total gem(s)", 'ruby-oj'],
  ["Bundler::GemNotFound: Could not find gem 'oj (= 3.1)' in locally installed gems.", 'ruby-oj'],
  ['LoadError: cannot load such file -- ./nokogiri', null],
  ['LoadError: cannot load such file -- /srv/nokogiri', null],
  ['LoadError: cannot load such file -- nokogiro', null],
  ['LoadError: cannot load such file -- ../../rack', null],
])('%s: %s', (message, name) => {
  expect(packageFor(message, PACKAGES)).toBe(name);
  expect(isMissingGem(message)).toBe(true);
});

test('another error is not for want of a gem', () => {
  expect(isMissingGem('NoMethodError: undefined method `oj`')).toBe(false);
});
