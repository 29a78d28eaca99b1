import { beforeAll, describe, expect, test } from 'vitest';
import { buildImages, createHarness, measured, onlyCell, type Harness } from '../../harness.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness(['3.1.2']);
  await buildImages(harness);
});

describe('failures are rows of their own', () => {
  test('an exception in the loop: message, line, last output', async () => {
    const cell = await measured(
      harness,
      'puts "before"\nloop do\n  raise ArgumentError, "no such thing"\nend\n',
    );
    expect([cell.outcome, cell.message, cell.line, cell.verdict]).toEqual([
      'script-error',
      'ArgumentError: no such thing',
      3,
      null,
    ]);
    expect(cell.output).toContain('before');
  });

  test('an exception before the loop', async () => {
    const cell = await measured(harness, 'require "no/such/file"\nloop { }\n');
    expect([cell.outcome, cell.stage, cell.line]).toEqual(['script-error', 'setup', 1]);
  });

  test('a syntax error', async () => {
    const cell = await measured(harness, 'x = 1\n1000.times { |\n');
    expect([cell.outcome, cell.line]).toEqual(['script-error', 2]);
    expect(cell.message).toMatch(/^SyntaxError: syntax error/);
  });

  test('syntax of the future', async () => {
    const cell = await measured(harness, '1000.times { p(it) if x.is_a?(Data) => }\n');
    expect(cell.outcome).toBe('script-error');
  });

  test('an end before the loop', async () => {
    const cell = await measured(harness, 'exit\nloop { }\n');
    expect([cell.outcome, cell.message]).toEqual([
      'script-error',
      'the script ended before it reached its loop at line 2',
    ]);
  });

  test('an early exit inside the loop is not called clean', async () => {
    const cell = await measured(harness, 'i = 0\nloop { i += 1; exit if i > 300 }\n');
    expect(cell.verdict).toBe('inconclusive');
    expect(cell.message).toContain('the script called exit (status 0) after 300 iterations');
  });

  test('a crash of ruby', async () => {
    const cell = await measured(harness, 'loop { Process.kill(:SEGV, $$) }\n');
    expect(cell.outcome).toBe('script-error');
    expect(cell.message).toContain('[BUG] Segmentation fault');
  });

  test('out of memory, before the loop', async () => {
    const cell = await measured(harness, 'x = (1..200).map { "y" * 10_000_000 }\nloop { }\n');
    expect([cell.outcome, cell.message]).toEqual([
      'out-of-memory',
      'the script needed more than 512 MiB before its loop (limits.memoryMiB in matrix.yaml)',
    ]);
  });

  test('a loop that is never reached', async () => {
    const limits = { ...harness.matrix.limits, startSeconds: 2 };
    const cell = onlyCell(
      await harness.run({ script: { name: 'repro.rb', text: 'sleep\nloop { }\n' } }, { limits }),
    );
    expect([cell.outcome, cell.message]).toEqual([
      'timed-out',
      'the script did not reach its loop at line 2 within 2 seconds',
    ]);
  });

  // Time that the script waited for a processor does not count, up to as long again.
  test.each([0.5, 1.5])('a budget of %s seconds is that long, not whole seconds of it', async (seconds) => {
    const clock = 'Process.clock_gettime(Process::CLOCK_MONOTONIC)';
    const waited = "File.read('/proc/self/schedstat').split[1].to_i / 1e9";
    const text = `begun = ${clock}\nloop do\n  puts [${clock} - begun, ${waited}].join(' ')\n  sleep 0.02\nend\n`;
    const cell = await measured(harness, text, { options: { budgetSeconds: seconds, keepSleep: true } });
    expect(cell.message).toContain(`the budget of ${seconds} seconds ended after`);
    const [passed = NaN, waiting = NaN] = cell.output.trimEnd().split('\n').at(-1)!.split(' ').map(Number);
    expect(passed).toBeGreaterThan(seconds - 0.3);
    expect(passed - Math.min(waiting, passed / 2)).toBeLessThan(seconds + 0.5);
  });

  test('output without end and without a newline is cut, and the verdict stands', async () => {
    const cell = await measured(harness, 'loop { print "x" * 100_000 }\n');
    expect(cell.verdict).toBe('clean');
    expect(cell.outputDroppedBytes).toBeGreaterThan(1_000_000);
    expect(cell.output.length).toBeLessThanOrEqual(32 * 1024);
  });

  test('what a script prints is never a measurement', async () => {
    const forged =
      '{"t":"sample","n":9,"outer":true,"loopNs":1,"slots":1,"slotBytes":1,"ms":1,"bytes":1,"blocks":1,"pageBytes":0}';
    const cell = await measured(
      harness,
      `$keep = []\nloop { $keep << Object.new; puts '${forged}' if $keep.size % 1000 == 0 }\n`,
    );
    expect([cell.verdict, cell.cause, cell.warnings]).toEqual(['leak', 'objects', []]);
  });

  test('a script that meddles with the measurement pipe is reported', async () => {
    const cell = await measured(
      harness,
      'io = IO.for_fd(198, \'w\', autoclose: false)\nio.sync = true\nloop { io.write("nonsense\\n") if rand(5000) == 0 }\n',
    );
    expect(cell.warnings.join()).toContain('wrote to the measurement pipe');
  });

  test.each([
    ['checkpoints', String.raw`"C #{n += 1} o #{n} 1 1 -1 0 0:#{n}\n"`, 'more than 2,048 checkpoints'],
    [
      'growing checkpoints',
      String.raw`"C #{n += 1 + n / 20} o #{n} 1 1 -1 0 0:#{n}\n"`,
      'contradicts what was observed',
    ],
    ['answers to a trim that nobody asked for', String.raw`"T\n"`, 'more than 2,048 checkpoints'],
    ['rubbish', String.raw`"nonsense\n"`, 'wrote to the measurement pipe'],
    ['ends of the loop', String.raw`"F loop 0 #{n += 1}\n"`, ''],
  ])('a flood of %s ends soon', async (_kind, line, told) => {
    const limits = { ...harness.matrix.limits, startSeconds: 5 };
    const text = `io = IO.for_fd(198, 'w', autoclose: false)\nn = 0\nloop { io.syswrite(${line}) }\n`;
    const began = performance.now();
    const cell = onlyCell(
      await harness.run({ script: { name: 'repro.rb', text }, options: { budgetSeconds: 5 } }, { limits }),
    );
    expect([cell.message, ...cell.warnings].join()).toContain(told);
    expect(cell.checkpoints).toBeLessThanOrEqual(2_048);
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});

test('an abort removes the container and keeps what was measured', async () => {
  const abort = new AbortController();
  const run = harness.run(
    { script: { name: 'repro.rb', text: 'loop { sleep 0.01 }\n' } },
    {
      signal: abort.signal,
      emit: (event) => event.type === 'sample' && event.iterations > 0 && abort.abort(),
    },
  );
  const record = await run;
  const cell = onlyCell(record);
  expect([record.state, cell.outcome, cell.checkpoints > 0]).toEqual(['cancelled', 'cancelled', true]);
  const left = await harness.engine.docker.listContainers({
    all: true,
    filters: { label: [`matrix.run=${record.id}`] },
  });
  expect(left).toEqual([]);
});
