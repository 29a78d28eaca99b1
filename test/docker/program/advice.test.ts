import { beforeAll, expect, test } from 'vitest';
import { table } from '../../../src/report/formats/table.ts';
import { plainStyle } from '../../../src/report/text/style.ts';
import { buildImages, createHarness, onlyCell, type Harness } from '../../harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness(['2.7.4', '3.3.8']);
  await buildImages(harness);
});

test.each<[string, string, string, string]>([
  [
    'arguments',
    'n = ARGV[0]\nloop { "x" * n.to_str.to_i }\n',
    'NoMethodError',
    'the script reads ARGV (line 1)',
  ],
  ['a gem', 'require "nokogiri"\nloop { }\n', 'LoadError', 'nokogiri is a package of Debian'],
  ['a file beside it', 'require_relative "lib/helper"\nloop { }\n', 'LoadError', 'helper is not beside'],
  [
    'a server',
    'require "socket"\nloop { TCPSocket.new("localhost", 6379) }\n',
    'Errno::E',
    'a script has no network here but its own loopback',
  ],
  [
    'the network',
    'require "net/http"\nloop { Net::HTTP.get("example.org", "/") }\n',
    '',
    'a script has no network here but its own loopback',
  ],
  ['standard input', 'name = gets.chomp\nloop { name }\n', 'NoMethodError', 'standard input is empty here'],
  ['standard input, whole lines', 'loop { STDIN.readline }\n', 'EOFError', 'standard input is empty here'],
  ['a data file', 'loop { File.read("data.json") }\n', 'Errno::ENOENT', 'it is not in the container'],
])('a script that needs %s: the error, and one line what to do about it', async (_, text, error, advice) => {
  const run = await harness.run({ script: { name: 'repro.rb', text } });
  for (const cell of run.cells) {
    expect(cell.outcome).toBe('script-error');
    const [first, second, ...more] = (cell.message ?? '').split('\n').slice(-2);
    expect([first?.startsWith(error), second?.startsWith(advice), more]).toEqual([true, true, []]);
  }
  expect(table(run, { width: 200, style: plainStyle, curves: new Map() })).toContain(`\n  ${advice}`);
});

test('what goes well is not advised', async () => {
  const only = await createHarness(['3.3.8']);
  const text = 'n = (ARGV[0] || 5).to_i\nloop { "x" * n }\n';
  expect(onlyCell(await only.run({ script: { name: 'repro.rb', text } })).verdict).toBe('clean');
});
