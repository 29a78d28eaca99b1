import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { buildImages, createHarness, median } from '../harness.ts';

const run = promisify(execFile);

/**
 * A script that only allocates: strings too long for a slot, arrays and hashes. It prints the processor
 * seconds it took.
 */
const MALLOC_HEAVY = `
began = Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID)
1_000_000.times { |i| a = 'x' * 200; b = [i, a, i, a]; { i => b } }
puts Process.clock_gettime(Process::CLOCK_PROCESS_CPUTIME_ID) - began
`;
const ROUNDS = 7;

/** Measures a malloc-heavy script with and without the probe, in turn in the same container. */
export async function overheadBench(selectors: readonly string[]): Promise<void> {
  const harness = await createHarness(selectors);
  await buildImages(harness);
  for (const ruby of harness.rubies) {
    const prepared = await harness.containers.prepare(ruby, () => undefined, new AbortController().signal);
    if (!prepared.ok) throw new Error(prepared.message);
    const { tag, ruby: path } = prepared.value;
    const once = `${path} -e "$1"; : > /tmp/probe; truncate -s 16384 /tmp/probe; MATRIX_PROBE=/tmp/probe LD_PRELOAD=/opt/matrix/probe.so ${path} -e "$1"`;
    const loop = `i=0; while [ $i -lt ${ROUNDS} ]; do ${once}; i=$((i+1)); done`;
    const { stdout } = await run('docker', [
      'run',
      '--rm',
      '--network',
      'none',
      tag,
      'sh',
      '-c',
      loop,
      'sh',
      MALLOC_HEAVY,
    ]);
    const times = stdout.trim().split('\n').map(Number);
    const ratios = Array.from(
      { length: ROUNDS },
      (_, i) => (times[2 * i + 1] ?? NaN) / (times[2 * i] ?? NaN),
    );
    console.log(
      `${ruby.name}: with the probe ${median(ratios).toFixed(3)} times (${ratios.map((one) => one.toFixed(2)).join(' ')})`,
    );
  }
}
