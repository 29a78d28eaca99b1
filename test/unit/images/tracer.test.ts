import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandWorks } from '../../../src/docker/host/command.ts';
import { growingSites } from '../../../src/explain/native/growing.ts';
import { TraceReader } from '../../../src/protocol/trace-reader.ts';
import { pathOf } from '../../harness.ts';

/* Tests the tracer in a program that is not ruby: C stacks, names and source lines without a container.
   Every ruby of the tests comes from Debian, whose libraries have no debug information, so only this test
   sees source lines. */
const run = promisify(execFile);
const OVERHEAD = 8;

const PROGRAM = `#include <stdlib.h>
#include "tracer/hooks.h"
#include "tracer/report.h"
#include "tracer/ruby/ruby-stack.h"
static void *volatile kept;
static inline __attribute__((always_inline)) void put_into_its_caller(void) { kept = malloc(56); }
__attribute__((noinline)) void leak(void) {
  put_into_its_caller();
  __asm__ volatile("");
}
__attribute__((noinline)) void give_back(void) {
  kept = malloc(100);
  free(kept);
}
int main(void) {
  int mark, i;
  start_ruby_stacks("none.rb");
  start_tracing();
  for (mark = 0; mark < 3; mark++) {
    for (i = 0; i < 1000; i++) leak(), give_back();
    mark_tracing(mark, 1000 * (mark + 1));
  }
  stop_tracing();
  report_sites(stdout, 0);
  return 0;
}
`;

const tools = (await commandWorks('gcc', '--version')) && (await commandWorks('addr2line', '--version'));

async function sourcesBelow(folder: string): Promise<readonly string[]> {
  const paths = await readdir(pathOf(folder), { recursive: true });
  return paths.filter((path) => path.endsWith('.c')).map((path) => join(pathOf(folder), path));
}

describe.skipIf(!tools)('the tracer', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'matrix-tracer-'));
    const main = join(folder, 'main.c');
    await writeFile(main, PROGRAM);
    const sources = [...(await sourcesBelow('images/tracer')), ...(await sourcesBelow('images/json'))];
    const flags = ['-std=gnu99', '-O2', '-g', '-Wall', '-Werror', '-fno-builtin-malloc', '-static-libgcc'];
    const libraries = ['-ldl', '-lpthread'];
    await run('gcc', [
      ...flags,
      '-I',
      pathOf('images'),
      '-o',
      join(folder, 'leaking'),
      main,
      ...sources,
      ...libraries,
    ]);
  }, 120_000);
  afterAll(() => rm(folder, { recursive: true }));

  it('names the one place that grows, with its source line and the function inside of it', async () => {
    const { stdout } = await run(join(folder, 'leaking'), []);
    const reader = new TraceReader(folder);
    reader.push(new TextEncoder().encode(stdout));
    const trace = reader.result(OVERHEAD);
    expect(trace.iterations).toEqual([1000, 2000, 3000]);
    const sites = growingSites(trace);
    expect(sites.map(({ allocations, frees, blockBytes }) => ({ allocations, frees, blockBytes }))).toEqual([
      { allocations: 2000, frees: 0, blockBytes: 56 },
    ]);
    const at = (line: number) => ({ file: join(folder, 'main.c'), line });
    const inMain = sites[0]?.stack.filter(({ source }) => source?.file.endsWith('main.c'));
    expect(inMain?.map(({ function: name, source, inlined }) => ({ name, source, inlined }))).toEqual([
      { name: 'put_into_its_caller', source: at(6), inlined: true },
      { name: 'leak', source: at(8), inlined: false },
      { name: 'main', source: at(20), inlined: false },
    ]);
  });
});
