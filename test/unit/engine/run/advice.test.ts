import { expect, test } from 'vitest';
import { advised } from '../../../../src/engine/run/advice.ts';
import { failed } from '../../report/records.ts';

const after = (message: string, text: string, line: number | null = null, args: readonly string[] = []) => {
  const code = message.startsWith('the script ended with') ? 'script-exited' : 'script-raised';
  const cell = failed('3.1.2', { outcome: 'script-error', code, message, line, output: '' });
  const said = advised(cell, { text, args }).message ?? '';
  expect(said.startsWith(message)).toBe(true);
  return said.slice(message.length);
};
const ARGV = /^\nthe script reads ARGV \(line 1\) and was given no arguments: put them after --/;
const GEM =
  /^\nnokogiri is not in the image of this ruby: --gem nokogiri installs it \(POST \/runs: options\.gems\), and so does a Gemfile beside the script$/;
const NETWORK = /^\na script has no network here but its own loopback/;
const STDIN = /^\nstandard input is empty here/;
const BESIDE = /^\nhelper is not beside the script here: give its folder with --workdir-from DIR/;

test.each<[string, string, number | null, RegExp]>([
  ["NoMethodError: undefined method `*' for nil:NilClass", 'n = ARGV[0]\nloop { n * 2 }', 2, ARGV],
  ["TypeError: can't convert nil into Integer", 'n = Integer(ARGV[0])\nloop { }', 1, ARGV],
  ['TypeError: no implicit conversion of nil into String', 'File.read(ARGV.first)\nloop { }', 1, ARGV],
  ['IndexError: index 0 outside of array bounds: -0...0', 'n = ARGV.fetch(0)\nloop { }', 1, ARGV],
  [
    'the script ended with exit code 1: usage: x N',
    'abort "usage: x N" unless ARGV[0]\nloop { }',
    null,
    ARGV,
  ],
  ['LoadError: cannot load such file -- nokogiri', 'require "nokogiri"\nloop { }', 1, GEM],
  ['LoadError: no such file to load -- nokogiri', 'require "nokogiri"\nloop { }', 1, GEM],
  ['LoadError: cannot load such file -- nokogiri/xml', 'require "nokogiri/xml"\nloop { }', 1, GEM],
  [
    'Bundler::GemNotFound: Could not find gem oj',
    'require "bundler/inline"\nloop { }',
    3,
    /^\nthe gems it asks for are not/,
  ],
  [
    'Errno::EROFS: Read-only file system @ rb_sysopen - /var/lib/gems/2.7.0/bundler.lock',
    'require "bundler/inline"\nloop { }',
    2,
    /^\nthe gems it asks for are not/,
  ],
  ['Gem::MissingSpecError: Could not find oj', 'gem "oj"\nloop { }', 1, /^\nthe gems it asks for are not/],
  [
    'LoadError: cannot load such file -- /home/matrix/work/a-long-working-directory/helper',
    'require_relative "helper"\nloop { }',
    1,
    BESIDE,
  ],
  [
    'Errno::ECONNREFUSED: Failed to open TCP connection to localhost:6379 (Connection refused)',
    'loop { }',
    1,
    NETWORK,
  ],
  ['SocketError: getaddrinfo: Name or service not known', 'loop { }', 1, NETWORK],
  ['Errno::ENETUNREACH: Network is unreachable - connect(2)', 'loop { }', 1, NETWORK],
  ['Redis::CannotConnectError: Error connecting to Redis', 'loop { }', 1, NETWORK],
  ['EOFError: end of file reached', 'x = STDIN.readline\nloop { }', 1, STDIN],
  ["NoMethodError: undefined method `chomp' for nil:NilClass", 'x = gets.chomp\nloop { }', 1, STDIN],
  ["NoMethodError: undefined method 'chomp' for nil", 'x = $stdin.gets.chomp\nloop { }', 1, STDIN],
  [
    'KeyError: key not found: "URL"',
    'ENV.fetch("URL")\nloop { }',
    1,
    /^\nthe environment of your shell is not/,
  ],
  [
    'Errno::ENOENT: No such file or directory @ rb_sysopen - a.json',
    'loop { }',
    1,
    /^\nit is not in the container/,
  ],
  ['Errno::EROFS: Read-only file system @ rb_sysopen - /a', 'loop { }', 1, /^\na script may write to its/],
])('%s', (message, text, line, advice) => {
  expect(after(message, text, line)).toMatch(advice);
});

test.each<[string, string, string, number | null, readonly string[]]>([
  ['an argument was given', "NoMethodError: undefined method `x' for nil", 'ARGV[0].x\n', 1, ['1']],
  ['there is a default', "NoMethodError: undefined method `x' for nil", 'n = ARGV[0] || 1\ny.x\n', 2, []],
  [
    'only a comment speaks of it',
    "NoMethodError: undefined method `x' for nil",
    '# ARGV, gets\ny.x\n',
    2,
    [],
  ],
  ['a file is read to its end', 'EOFError: end of file reached', 'io.readline\nFile.readlines("a")\n', 1, []],
  ['an error of its own', 'ArgumentError: no such thing', 'raise ArgumentError, "no such thing"\n', 1, []],
])('nothing is advised where %s', (_, message, text, line, args) => {
  expect(after(message, text, line, args)).toBe('');
});

test('only a script that failed is advised', () => {
  const cell = failed('3.1.2', { outcome: 'image-unavailable', message: 'getaddrinfo' });
  expect(advised(cell, { text: '', args: [] })).toBe(cell);
});

test('what Debian packages is offered by the name of its package', () => {
  const message = 'LoadError: cannot load such file -- nokogiri/xml';
  const cell = failed('3.1.2', { outcome: 'script-error', message, line: 1, output: '' });
  const told = advised(cell, { text: "require 'nokogiri/xml'", args: [], offered: 'ruby-nokogiri' }).message;
  expect(told).toBe(
    `${message}\nnokogiri is a package of Debian: --debian-package ruby-nokogiri adds it to Debian's rubies; anywhere, --gem nokogiri installs it`,
  );
});

test.each([
  ['missing-argument', 'TypeError: no implicit conversion of nil', 'File.read(ARGV.first)\nloop { }'],
  ['missing-gem', 'LoadError: cannot load such file -- nokogiri', 'require "nokogiri"\nloop { }'],
  ['missing-file', 'LoadError: cannot load such file -- /w/helper', 'require_relative "helper"\nloop { }'],
  ['missing-network', 'SocketError: getaddrinfo', 'loop { }'],
  ['missing-input', 'EOFError: end of file reached', 'STDIN.readline\nloop { }'],
  ['missing-environment', 'KeyError: key not found', 'ENV.fetch("X")\nloop { }'],
  ['missing-permission', 'Errno::EROFS: Read-only file system', 'loop { }'],
])('%s is the code of what is missing', (code, message, text) => {
  const cell = failed('3.1.2', { outcome: 'script-error', code: 'script-raised', message, line: 1 });
  expect(advised(cell, { text, args: [] }).code).toBe(code);
});

test('what nothing is missing for keeps its code', () => {
  const cell = failed('3.1.2', { outcome: 'script-error', code: 'script-raised', message: 'NameError: x' });
  expect(advised(cell, { text: 'loop { }', args: [] }).code).toBe('script-raised');
});

test('an image of one’s own is to be built with what a script needs', () => {
  const message = 'LoadError: cannot load such file -- oj';
  const cell = failed('3.1.2+image=app:1@0123456789ab', {
    outcome: 'script-error',
    message,
    line: 1,
    output: '',
  });
  expect(advised(cell, { text: "require 'oj'", args: [] }).message).toBe(
    `${message}\noj is not in app:1@0123456789ab: build it with the gems that the script needs, or measure a ruby (--ruby) with --gem`,
  );
});
