import { beforeAll, describe, expect, test } from 'vitest';
import type { CellRecord } from '../../../src/domain/run/record.ts';
import { createHarness, type Harness, type HarnessRequest } from '../../harness.ts';

/** Debian's rubies, which need no registry; `sleep nil` is an error on the one and waits forever on the other. */
const RUBIES = ['2.7.4', '3.3.8'] as const;

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness(RUBIES);
});

async function cellsOf(text: string, request: HarnessRequest = {}): Promise<readonly CellRecord[]> {
  const run = await harness.run({ script: { name: 'repro.rb', text }, ...request });
  return run.cells;
}

/** Tells once how long the shortest of ten sleeps of 50 ms was, in whole milliseconds. */
const WORKER = `$kept = []
$took = []
loop do
  $kept << Object.new
  began = Process.clock_gettime(Process::CLOCK_MONOTONIC)
  sleep 0.05
  next unless $took
  $took << Process.clock_gettime(Process::CLOCK_MONOTONIC) - began
  next if $took.size < 10
  puts ($took.min * 1000).floor
  $took = nil
end
`;
const SHORTENED = expect.stringMatching(/sleeps \(of 50 ms, say\) were shortened to 1 ms \(--keep-sleep/);

describe('a worker that waits between its rounds', () => {
  test('is judged within the default budget, and the record says that its sleeps were shortened', async () => {
    for (const cell of await cellsOf(WORKER)) {
      expect([cell.ruby, cell.message, cell.verdict, cell.cause]).toEqual([
        cell.ruby,
        expect.anything(),
        'leak',
        'objects',
      ]);
      expect(cell.warnings).toContainEqual(SHORTENED);
      expect(Number(cell.output)).toBeLessThan(50);
    }
  }, 300_000);

  test('waits as it was written to where its sleeps are kept', async () => {
    for (const cell of await cellsOf(WORKER, { options: { keepSleep: true, budgetSeconds: 4 } })) {
      expect([cell.ruby, cell.outcome, cell.warnings]).toEqual([
        cell.ruby,
        'measured',
        expect.not.arrayContaining([SHORTENED]),
      ]);
      expect(Number(cell.output)).toBeGreaterThanOrEqual(50);
    }
  });
});

/** What a call of sleep gives or raises, in a loop that mostly waits; one that waits forever is woken. */
const CALLS = `require 'bigdecimal'
class Other < Numeric; end

def told(*duration)
  me = Thread.current
  waker = Thread.new { Thread.pass until me.status == 'sleep' && $asleep; me.wakeup }
  $asleep = true
  value = sleep(*duration)
  duration.first.nil? ? value.class : value
rescue Exception => error
  "#{error.class}: #{error.message}"
ensure
  $asleep = false
  waker.kill
  waker.join
end

rounds = 0
loop do
  rounds += 1
  sleep 0.02
  next unless rounds == 3
  [[], [nil], ['1'], [:x], [1, 2], [-1], [-0.5], [Float::NAN], [Float::INFINITY], [Complex(1, 1)], [Other.new],
   [Object.new.class], [10**30], [0], [0.0], [false]].each do |duration|
    puts "#{duration.inspect.gsub(/0x\\h+/, '')} #{told(*duration).to_s.gsub(/0x\\h+/, '')}"
  end
end
`;

describe('sleep', () => {
  test('gives and raises what Ruby’s own does, whether it is shortened or not', async () => {
    const shortened = await cellsOf(CALLS, { options: { budgetSeconds: 2 } });
    const own = await cellsOf(CALLS, { options: { budgetSeconds: 2, keepSleep: true } });
    for (const [index, cell] of shortened.entries()) {
      expect(cell.warnings).toContainEqual(expect.stringContaining('were shortened'));
      expect(cell.output).toContain('[] Integer\n');
      expect(cell.output).toContain('["1"] TypeError: ');
      expect(cell.output).toContain('[false] ');
      expect(cell.output).toBe(own[index]?.output);
    }
    const nothing = shortened.map(({ output }) => /^\[nil\] (\w+)/m.exec(output)?.[1]);
    expect(nothing).toEqual(['TypeError', 'Integer']);
  });

  test('gives the seconds that were requested, rounded, where it is shortened', async () => {
    const text = `rounds = 0
loop do
  given = [0.05, 1.4, 1.6, Rational(5, 2), 30].map { |seconds| sleep(seconds) }
  given << Kernel.sleep(2)
  p given if (rounds += 1) == 1
end
`;
    for (const cell of await cellsOf(text, { options: { budgetSeconds: 2 } }))
      expect([cell.ruby, cell.output]).toEqual([cell.ruby, '[0, 1, 2, 3, 30, 2]\n']);
  });
});
