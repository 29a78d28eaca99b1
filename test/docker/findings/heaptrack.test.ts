import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NativeFrame } from '../../../src/domain/leak/explanation.ts';
import { growingSites } from '../../../src/explain/native/growing.ts';
import { TraceReader } from '../../../src/protocol/trace-reader.ts';
import { pathOf } from '../../harness.ts';

/*
 * The referee: heaptrack looks at the same loop on the same ruby, this system's own, and has to name the same stack
 * as often. Both come from Debian packages; the setup of the tests installs them.
 */
const run = promisify(execFile);
const RUBY = '/usr/bin/ruby';
const TIMES = 3000;
const OVERHEAD = 8;

const LEAKS = {
  'the name of an encoding': 'Encoding.default_internal = nil',
  'the table of a hash that compares by identity': 'IDENTITY.reject { |key, _value| key == :a }',
  'the instructions that disasm copies':
    "RubyVM::InstructionSequence.compile('def a(x) x + 1 end; a(2)').disasm",
};
const SETUP = '$VERBOSE = nil; IDENTITY = { :a => 3, :b => 4 }.compare_by_identity';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matrix-heaptrack-'));
  await run('sh', [pathOf('images/build.sh'), join(folder, 'parts')]);
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A frame as both tell it: its name, or its distance from the innermost frame of that library. */
interface Told {
  readonly name: string | null;
  readonly address: number;
}

const told = ({ function: name, offset }: NativeFrame): Told => ({ name, address: offset });

async function byTracer(body: string): Promise<{ readonly calls: number; readonly stack: readonly Told[] }> {
  const tracer = join(folder, 'parts', 'tracer.so');
  const script = join(folder, 'traced.rb');
  const out = join(folder, 'report');
  const round = (times: number, mark: number): string =>
    `${times}.times { ${body} }; GC.start; GC.start; MATRIX_TRACER.mark(${mark}, ${times * (mark + 1)})`;
  await writeFile(
    script,
    `${SETUP}; require '${tracer}'; MATRIX_TRACER.start('${script}')
${round(TIMES, 0)}; ${round(TIMES, 1)}; ${round(TIMES, 2)}
File.open('${out}', 'w') { |file| MATRIX_TRACER.report(file.fileno, 0) }
`,
  );
  await run(RUBY, [script], { env: { ...process.env, LD_PRELOAD: tracer } });
  const reader = new TraceReader(folder);
  reader.push(await readFile(out));
  const [largest] = growingSites(reader.result(OVERHEAD));
  if (largest === undefined) throw new Error('the tracer named nothing');
  return { calls: (largest.allocations - largest.frees) / 2, stack: largest.stack.map(told) };
}

async function byHeaptrack(
  body: string,
): Promise<readonly { readonly calls: number; readonly stack: readonly Told[] }[]> {
  const script = join(folder, 'tracked.rb');
  const data = join(folder, 'tracked');
  await writeFile(script, `${SETUP}\n${TIMES}.times { ${body} }\nGC.start; GC.start\n`);
  await run('heaptrack', ['-o', data, RUBY, script]);
  const options = ['-m', '0', '-l', '1', '-a', '0', '-p', '0', '-T', '0', '-n', '40', '-s', '0'];
  const { stdout } = await run('heaptrack_print', [...options, `${data}.zst`], { maxBuffer: 2 ** 26 });
  await rm(`${data}.zst`);
  return [...stdout.matchAll(/leaked over (\d+) calls from:?\n((?: {2,}.*\n)+)/g)].map(
    ([, calls, lines]) => ({
      calls: Number(calls),
      stack: (lines ?? '')
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '' && !/^(in|at) /.test(line))
        .map((name) =>
          name.startsWith('0x') ? { name: null, address: Number(name) } : { name, address: 0 },
        ),
    }),
  );
}

/** Selects the frames up to the interpreter's loop: what two tools have to agree on. */
function comparable(stack: readonly Told[]): readonly string[] {
  const base = stack.find(({ name }) => name === null)?.address ?? 0;
  return stack.slice(0, 4).map(({ name, address }) => name ?? `+${address - base}`);
}

describe('heaptrack, as a referee', () => {
  it.for(Object.keys(LEAKS) as (keyof typeof LEAKS)[])(
    'names the same site as often: %s',
    { timeout: 60_000 },
    async (leak) => {
      const body = LEAKS[leak];
      const ours = await byTracer(body);
      const theirs = await byHeaptrack(body);
      const same = theirs.filter(({ stack }) => comparable(stack).join() === comparable(ours.stack).join());
      expect(comparable(ours.stack).length).toBe(4);
      expect(ours.calls % TIMES).toBe(0);
      // Two calls of malloc in one function are one site to us and two to heaptrack.
      expect(same.reduce((sum, { calls }) => sum + calls, 0)).toBe(ours.calls);
    },
  );
});
