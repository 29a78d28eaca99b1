import { beforeAll, describe, expect, test } from 'vitest';
import type { CellRecord } from '../../src/domain/record.ts';
import { buildImages, createHarness, onlyCell, type Harness } from '../harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness(['3.1.2']);
  await buildImages(harness);
});

const cellOf = async (text: string, request: Parameters<Harness['run']>[0] = {}): Promise<CellRecord> =>
  onlyCell(await harness.run({ script: { name: 'repro.rb', text }, ...request }));

/** What the attempt came to is printed; the loop after it is clean. */
const attempt = (code: string): string =>
  `def try\n  yield.to_s\nrescue SystemCallError => e\n  e.class.to_s\nend\nputs try { ${code} }\nloop { Object.new }\n`;

describe('a script does nothing to what measures it', () => {
  test.each<[string, string, string]>([
    ['kill -9', 'Process.kill(:KILL, Process.ppid)', '1'],
    ['stopping it', 'Process.kill(:STOP, Process.ppid)', '1'],
    ['kill -9 of everybody', 'Process.kill(:KILL, -1)', 'Errno::ESRCH'],
    [
      'frames on its stdout',
      String.raw`File.write("/proc/#{Process.ppid}/fd/1", %Q({"t":"failed","message":"forged"}\n))`,
      'Errno::EACCES',
    ],
    ['reading its environment', 'File.read("/proc/#{Process.ppid}/environ").size', 'Errno::EACCES'],
    [
      'shortening the mapping of the counters',
      'Dir.glob("/proc/self/fd/*").map { |f| File.readlink(f) rescue "" }.grep(/probe/).size + Dir.glob("/tmp/.matrix*").size',
      '0',
    ],
    [
      'a list of processes full of orphans',
      '200.times { fork { fork { exit! }; exit! }; Process.wait }',
      '200',
    ],
  ])('%s', async (_what, code, printed) => {
    const cell = await cellOf(attempt(code));
    expect([cell.output.trim(), cell.outcome, cell.verdict, cell.message, cell.warnings]).toEqual([
      printed,
      'measured',
      'clean',
      cell.message,
      [],
    ]);
  });
});

test('more arguments than ruby is handed are refused, not dropped', async () => {
  const args = Array.from({ length: 65 }, String);
  await expect(cellOf('loop { ARGV.size }', { args })).rejects.toThrow('65 arguments');
  const cell = await cellOf('puts ARGV.size\nloop { }', { args: args.slice(1) });
  expect(cell.output.trim()).toBe('64');
});
