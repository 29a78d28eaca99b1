import { execFile } from 'node:child_process';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Containers, RunningCell } from '../../src/engine/ports.ts';
import { parseFrame } from '../../src/protocol/frames.ts';
import { buildImages, createHarness, median, pathOf, type Harness } from '../harness.ts';

const run = promisify(execFile);
const ROUNDS = 7;

/** Milliseconds of each stage, as often as it was seen. */
type Stages = Map<string, number[]>;

function note(stages: Stages, stage: string, ms: number): void {
  const seen = stages.get(stage);
  if (seen === undefined) stages.set(stage, [ms]);
  else seen.push(ms);
}

async function timing<T>(stages: Stages, stage: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  try {
    return await work();
  } finally {
    note(stages, stage, performance.now() - began);
  }
}

/** The stages of a container after its start, by the frame that ends each. */
const ENDED_BY: Readonly<Record<string, string>> = {
  hello: 'supervisor started, input unpacked',
  ruby: 'ruby started, script parsed',
  attached: 'set-up ran, loop reached',
};

/** Wraps containers with a clock for each stage. */
const timed = (containers: Containers, stages: Stages): Containers => ({
  ...containers,
  prepare: (...request) => timing(stages, 'image found', () => containers.prepare(...request)),
  start: async (...request) => {
    const cell = await timing(stages, 'created, attached, started', () => containers.start(...request));
    return {
      ...cell,
      lines: clocked(cell, stages),
      [Symbol.asyncDispose]: () =>
        timing(stages, 'killed and removed (nobody waits)', async () => cell[Symbol.asyncDispose]()),
    };
  },
});

async function* clocked({ lines }: RunningCell, stages: Stages): AsyncGenerator<string> {
  let since = performance.now();
  const end = (stage: string): void => {
    note(stages, stage, performance.now() - since);
    since = performance.now();
  };
  try {
    for await (const line of lines) {
      const stage = ENDED_BY[parseFrame(line.slice(line.indexOf('{')))?.t ?? ''];
      if (stage !== undefined) end(stage);
      yield line;
    }
  } finally {
    // A settled verdict ends the container: no frame says so.
    end('looped, collected, judged');
  }
}

interface Took {
  readonly wall: number;
  readonly cpu: number;
}

/** Runs a command as a person does; its output is thrown away. Milliseconds, processor time of its children included. */
async function command(args: readonly string[]): Promise<Took> {
  const program = ['--disable-warning=ExperimentalWarning', pathOf('.ci/matrix.ts'), ...args];
  const began = performance.now();
  const { stdout } = await run(
    'bash',
    ['-c', '"$@" > /dev/null 2>&1; times', 'bash', process.execPath, ...program],
    { cwd: pathOf('.') },
  );
  const wall = performance.now() - began;
  const cpu = [...(stdout.split('\n')[1] ?? '').matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + Number(minutes) * 60_000 + Number(seconds) * 1000,
    0,
  );
  return { wall, cpu };
}

/** Reads for how long the machine's processors were idle, and for how long there were any, in jiffies. */
async function readProcessors(): Promise<{ readonly idle: number; readonly all: number }> {
  const [line = ''] = (await readFile('/proc/stat', 'utf8')).split('\n');
  const jiffies = line.trim().split(/\s+/).slice(1, 9).map(Number);
  return { idle: (jiffies[3] ?? 0) + (jiffies[4] ?? 0), all: jiffies.reduce((sum, one) => sum + one, 0) };
}

/** Share of the time in which the processors had nothing to do while `work` ran. */
async function idleDuring(work: () => Promise<unknown>): Promise<number> {
  const before = await readProcessors();
  await work();
  const after = await readProcessors();
  return (after.idle - before.idle) / (after.all - before.all);
}

const row = (name: string, ...values: readonly string[]): void =>
  console.log(name.padEnd(40), ...values.map((value) => value.padStart(12)));

/** Takes a script's cells apart: what each stage took, with no other cell at the same time. */
async function cellStages(harness: Harness, name: string, text: string): Promise<void> {
  const stages: Stages = new Map();
  const [ruby] = harness.rubies;
  if (ruby === undefined) throw new Error('no ruby is here');
  const containers = timed(harness.containers, stages);
  for (let round = 0; round < ROUNDS; round++) {
    await timing(stages, 'the whole cell', async () => {
      const record = await harness.run({ script: { name, text }, rubies: [ruby] }, { jobs: 1, containers });
      if (round === 0) console.log(`\n${name} on ${ruby.name}: ${record.sentence}`);
    });
  }
  row('stage', 'median ms', 'per run');
  for (const [stage, values] of stages)
    row(stage, median(values).toFixed(0), `${(values.length / ROUNDS).toFixed(0)} times`);
}

/** Shows where the seconds of a verdict go: of a cell, of a command, and of the whole matrix. */
export async function stagesBench(selectors: readonly string[]): Promise<void> {
  const harness = await createHarness(selectors);
  await buildImages(harness);
  const leak = pathOf('test/examples/require_pathname.rb');
  await cellStages(harness, 'clean.rb', '1000.times { |i| "a" * (100 + i % 7) }\n');
  await cellStages(harness, 'leak.rb', '1000.times { |i| ($kept ||= []) << "a" * 100 }\n');

  console.log('\ncommands');
  row('', 'wall ms', 'processor ms');
  const results = await mkdtemp(join(tmpdir(), 'matrix-bench-'));
  const measuring = [
    'run',
    leak,
    '--ruby',
    harness.rubies.map((one) => one.name).join(','),
    '--results',
    results,
  ];
  const commands: readonly (readonly [string, readonly string[]])[] = [
    ['matrix --help', ['--help']],
    ['matrix run, measured', [...measuring, '--no-cache']],
    ['matrix run, answered from stored cells', measuring],
  ];
  for (const [name, args] of commands) {
    const took: Took[] = [];
    // The first time is not counted: it fills caches.
    await command(args);
    for (let round = 0; round < ROUNDS; round++) took.push(await command(args));
    row(name, median(took.map(({ wall }) => wall)).toFixed(0), median(took.map(({ cpu }) => cpu)).toFixed(0));
  }
  const idle = await idleDuring(() => command([...measuring, '--no-cache']));
  console.log(
    `\nprocessors idle while ${harness.rubies.length} rubies were measured: ${(100 * idle).toFixed(0)} %`,
  );
}
