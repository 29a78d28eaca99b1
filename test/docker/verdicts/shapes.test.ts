import { beforeAll, describe, expect, test } from 'vitest';
import { buildImages, createHarness, onlyCell, type Harness } from '../../harness.ts';

/** Scripts in the shapes people post them, each losing one object (kept in $keep) per innermost iteration. */
const SHAPES: Record<string, string> = {
  'nested times with GC.start and print':
    '$keep = []\n100.times { 1000.times { $keep << Object.new }; print "."; GC.start }',
  'a single times': '$keep = []\n1000.times do |i|\n  $keep << Object.new\nend',
  'loop do': '$keep = []\nloop do\n  $keep << Object.new\nend',
  upto: '$keep = []\n1.upto(1000) { |i| $keep << Object.new }',
  step: '$keep = []\n1.step(1000, 2) { |i| $keep << Object.new }',
  'each on a range': '$keep = []\n(1..1000).each do |i| $keep << Object.new end',
  'while true': '$keep = []\nwhile true\n  $keep << Object.new\n  GC.start if $keep.size % 50_000 == 0\nend',
  'until with an end': '$keep = []\nuntil $keep.size == 400_000 do $keep << Object.new end',
  'a modifier': '$keep = []\n$keep << Object.new while true',
  'few outer, many inner iterations':
    '$keep = []\ndef rss; `ps -o rss= -p #{$$}`.to_i; end\n10.times { 100_000.times { $keep << Object.new }; puts rss }',
  'the loop in a method':
    '$keep = []\ndef test\n  10_000.times { $keep << Object.new }\nend\n10.times { test; GC.start }',
  'no loop': '$keep ||= []\n$keep << Object.new',
  'a marker': '$keep = []\n# ---- loop ----\n$keep << Object.new',
  'a thread': '$keep = []\nThread.new { loop { $keep << Object.new } }.join',
  'trap, sync, at_exit, ARGV, __FILE__, __dir__, Dir.pwd, DATA':
    'trap(:TERM) {}\n$stdout.sync = true\nat_exit { puts "bye" }\nraise unless __FILE__ == $0 && Dir.pwd == __dir__ && ARGV == ["one"] && DATA.read == "data\\n"\n$keep = []\nloop { $keep << Object.new }\n__END__\ndata\n',
  'fork inside the loop':
    '$keep = []\nloop { $keep << Object.new; if $keep.size % 4000 == 0 then Process.wait(fork { exit!(0) }) end }',
  'another loop before': '$keep = []\n500.times { |i| i.to_s }\n1000.times { $keep << Object.new }',
};

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness(['3.1.2']);
  await buildImages(harness);
});

describe('scripts as they are posted', () => {
  test.each(Object.entries(SHAPES))('%s', async (_shape, text) => {
    const args = text.includes('ARGV') ? ['one'] : [];
    const cell = onlyCell(await harness.run({ script: { name: 'repro.rb', text }, args }));
    expect([cell.message, cell.outcome, cell.verdict, cell.cause]).toEqual([
      expect.anything(),
      'measured',
      'leak',
      'objects',
    ]);
    // One slot of 40 bytes, and 8 bytes of the array that keeps it: up to four times as many in a window that
    // holds two of the steps it grows in.
    expect(cell.growth?.liveSlots.perIteration).toBeCloseTo(1, 1);
    expect(cell.growth?.malloc.perIteration).toBeGreaterThan(39);
    expect(cell.growth?.malloc.perIteration).toBeLessThan(75);
  });

  test('files beside the script', async () => {
    const files = [{ path: 'lib/keeper.rb', content: Buffer.from('KEPT = []\ndef keep(x) KEPT << x end\n') }];
    const text = "require_relative '../lib/keeper'\n1000.times { keep(Object.new) }\n";
    const cell = onlyCell(await harness.run({ script: { name: 'test/repro.rb', text }, files }));
    expect([cell.message, cell.verdict, cell.cause]).toEqual([expect.anything(), 'leak', 'objects']);
  });

  test('a body and its set-up share their variables', async () => {
    const leak = onlyCell(await harness.run({ body: { setup: 'kept = []', body: 'kept << Object.new' } }));
    const twin = onlyCell(await harness.run({ body: { setup: 'kept = []', body: 'kept = [Object.new]' } }));
    expect([leak.verdict, leak.cause, twin.verdict]).toEqual(['leak', 'objects', 'clean']);
  });

  test('a loop that keeps its count is judged by what it showed', async () => {
    const text = '$keep = []\n20_000.times { $keep << Object.new }\nputs $keep.size';
    const cell = onlyCell(
      await harness.run({ script: { name: 'repro.rb', text }, options: { exactCount: true } }),
    );
    expect([cell.verdict, cell.iterations, cell.output]).toEqual(['leak', 20_000, '20000\n']);
  });
});
