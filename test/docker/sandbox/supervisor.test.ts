import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { RunningCell } from '../../../src/engine/ports.ts';
import { packInput } from '../../../src/engine/plan/pack-files.ts';
import { buildImages, createHarness, measured, type Harness } from '../../harness.ts';
import {
  DEBIAN,
  IMAGES_FOLDER,
  buildImage,
  containers,
  linesOf,
  never,
  prepared,
  removeImage,
  spec,
} from '../setup.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness(['3.1.2']);
  await buildImages(harness);
});

/** Makes a script that prints the result of an attempt; the loop after it is clean. */
const attempt = (code: string): string =>
  `def try\n  yield.to_s\nrescue SystemCallError => e\n  e.class.to_s\nend\nputs try { ${code} }\nloop { Object.new }\n`;

describe('a script does nothing to what measures it', () => {
  test.each<[string, string, string]>([
    ['kill -9', 'Process.kill(:KILL, Process.ppid)', 'Errno::EPERM'],
    ['stopping it', 'Process.kill(:STOP, Process.ppid)', 'Errno::EPERM'],
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
    const cell = await measured(harness, attempt(code));
    expect([cell.output.trim(), cell.outcome, cell.verdict, cell.message, cell.warnings]).toEqual([
      printed,
      'measured',
      'clean',
      cell.message,
      [],
    ]);
  });
});

test('an image without tar is reported, though the input is larger than a pipe', async () => {
  const image = await prepared(DEBIAN['bookworm']!);
  const tag = 'matrix-test:without-tar';
  await buildImage(tag, `FROM ${image.tag}\nUSER root\nRUN rm -f /bin/tar /usr/bin/tar\nUSER 10001:10001\n`);
  const env = { MATRIX_WORKDIR: '/home/matrix/work/x', MATRIX_SCRIPT: 'repro.rb' };
  const input = Buffer.alloc(1_000_000);
  await using cell = await containers.start({ ...image, tag }, spec('', { env, input }), never);
  const frames = (await linesOf(cell)).map((line) => JSON.parse(line.slice(line.indexOf('{'))) as object);
  expect(frames).toEqual([
    { t: 'failed', message: expect.stringMatching(/^the input ended early, or did not fit: Broken pipe/) },
  ]);
  await cell[Symbol.asyncDispose]();
  await removeImage(tag);
});

test('a container that was started before it is needed waits for its settings', async () => {
  const image = await prepared(DEBIAN['bookworm']!);
  const { promise: env, resolve: release } = Promise.withResolvers<Readonly<Record<string, string>>>();
  const input = await packInput([
    { path: 'later.rb', content: Buffer.from('puts "#{ARGV.inspect} #{ENV[%q(OF)]}"') },
  ]);
  await using cell = await containers.start(image, spec('', { env, input }), never);
  release({
    MATRIX_WORKDIR: '/home/matrix/work/x',
    MATRIX_RUBY: image.ruby,
    MATRIX_SCRIPT: 'later.rb',
    MATRIX_ARGC: '2',
    MATRIX_ARG_0: 'a b',
    MATRIX_ARG_1: 'größe',
    OF: 'input',
  });
  const printed = (await linesOf(cell))
    .map((line) => JSON.parse(line.slice(line.indexOf('{'))) as { t: string; data?: string })
    .filter(({ t }) => t === 'out');
  expect(printed.map(({ data = '' }) => Buffer.from(data, 'base64').toString()).join('')).toBe(
    '["a b", "größe"] input\n',
  );
});

test('what an allocator adds to a block goes by its own name, not by the C library that is loaded, too', async () => {
  const image = await prepared(DEBIAN['bookworm']!);
  const program = String.raw`
    #define _GNU_SOURCE
    #include "next.h"
    #include <stdio.h>
    int main(void) {
      printf("%zu %zu %zu ", allocator_overhead("libc.so.6"), allocator_overhead("libc-2.31.so"), allocator_overhead("libjemalloc.so.2"));
      return ready() ? puts(allocator_name()) < 0 : 1;
    }`;
  const tag = 'matrix-test:allocator';
  const source = Buffer.from(program).toString('base64');
  const header = (await readFile(join(IMAGES_FOLDER, 'malloc/next-allocator.h'))).toString('base64');
  await buildImage(
    tag,
    `FROM ${image.tag}\nUSER root\nRUN cd /tmp; echo ${header} | base64 -d >next.h; echo ${source} | base64 -d >x.c; gcc -o /x x.c -ldl\nCMD /x\n`,
  );
  await using cell = await containers.start({ ...image, tag }, spec(''), never);
  expect(await linesOf(cell)).toEqual(['8 8 0 libc.so.6']);
  await cell[Symbol.asyncDispose]();
  await removeImage(tag);
});

/** Starts a script that talks to the supervisor like the prelude does: after its first checkpoint it runs the code. */
async function startAfterCheckpoint(
  code: string,
  settings: Readonly<Record<string, string>>,
): Promise<RunningCell> {
  const image = await prepared(DEBIAN['bookworm']!);
  const prelude = [
    "control, answer = IO.for_fd(198, 'w'), IO.for_fd(199)",
    'control.sync = true',
    'control.puts("C 1 o 1 1 1 -1 0 0:1")',
    'answer.readpartial(1)',
    code,
    'exit!',
  ];
  const input = await packInput([{ path: 'prelude.rb', content: Buffer.from(prelude.join('\n')) }]);
  const env = {
    MATRIX_WORKDIR: '/home/matrix/work/x',
    MATRIX_PRELUDE_FILE: './prelude.rb',
    MATRIX_SCRIPT: 'prelude.rb',
    MATRIX_BUDGET_MS: '1500',
    ...settings,
  };
  return containers.start(image, spec('', { env, input }), never);
}

const WRITE = "IO.for_fd(197, 'w').syswrite('x')";
test.each([
  ['says something every half second', `6.times { ${WRITE}; sleep 0.5 }`, 'exited', 6],
  ['falls silent', `${WRITE}; sleep 5`, 'budget', 1],
])(
  'a script that is explained has its time for silence, not for everything: one that %s',
  async (_what, code, reason, pieces) => {
    await using cell = await startAfterCheckpoint(code, { MATRIX_EXPLAIN: '1' });
    const frames = (await linesOf(cell)).map(
      (line) => JSON.parse(line.slice(line.indexOf('{'))) as { t: string; reason?: string },
    );
    expect(frames.at(-1)).toMatchObject({ t: 'exit', reason });
    expect(frames.filter(({ t }) => t === 'report')).toHaveLength(pieces);
  },
);

test.each([
  // Four processes share the one processor of a container.
  ['a processor does not count', '3.times { fork { loop { } } }; loop { }', 2_500, 6_000],
  ['anything else counts', 'sleep', 1_450, 2_900],
])('time that a script waits for %s for its budget', async (_what, code, least, most) => {
  await using cell = await startAfterCheckpoint(code, { MATRIX_TRIM: '0' });
  const seen: (readonly [string, number])[] = [];
  for await (const line of cell.lines) seen.push([line, performance.now()]);
  const at = (what: string): number => seen.find(([line]) => line.includes(what))?.[1] ?? NaN;
  expect(seen.at(-1)?.[0]).toContain('"reason":"budget"');
  expect(at('"t":"exit"') - at('"t":"sample"')).toBeGreaterThan(least);
  expect(at('"t":"exit"') - at('"t":"sample"')).toBeLessThan(most);
});

test('more arguments than ruby is handed are refused, not dropped', async () => {
  const args = Array.from({ length: 65 }, String);
  await expect(measured(harness, 'loop { ARGV.size }', { args })).rejects.toThrow('65 arguments');
  const cell = await measured(harness, 'puts ARGV.size\nloop { }', { args: args.slice(1) });
  expect(cell.output.trim()).toBe('64');
});
