import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandWorks } from '../../../src/docker/host/command.ts';
import { pathOf } from '../../harness.ts';

/* Tests the probe in programs that are not ruby, which read its counters themselves. */
const run = promisify(execFile);

/** Writes and removes pages at random, and compares with a list. */
const TABLE = `#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "probe/heap-pages.h"
enum { PLACES = 90000 };
static unsigned char alive[PLACES];
static uintptr_t page_at(int place) { return ((uintptr_t)place * 7 + 1) << 14; }
int main(void) {
  long i, held = 0, refused = 0;
  srand(1);
  for (i = 0; i < 3000000; i++) {
    int place = rand() % PLACES, add = (i / 400000) % 2 ? rand() % 4 == 0 : rand() % 4 != 0;
    if (add && !alive[place]) {
      if (note_heap_page(page_at(place))) alive[place] = 1, held++;
      else if (++refused && held < MOST_HEAP_PAGES) return puts("refused, though there was room"), 1;
    } else if (!add && forget_heap_page(page_at(place)) != alive[place]) {
      return printf("place %d: alive %d\\n", place, alive[place]), 1;
    } else if (!add && alive[place]) {
      alive[place] = 0, held--;
    }
    if (held != heap_page_count) return puts("miscounted"), 1;
  }
  for (i = 0; i < PLACES; i++)
    if (forget_heap_page(page_at((int)i)) != alive[i]) return puts("lost"), 1;
  printf("%u left, %s\\n", heap_page_count, refused > 0 ? "was full" : "was never full");
  return 0;
}
`;

const COUNTED = `#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "probe/layout.h"
static struct matrix_shared *s;
static int64_t bytes(void) { return s->main_thread.bytes + s->others.bytes; }
static void say(const char *what, int64_t bytes_before, int64_t pages_before) {
  printf("%s: %lld bytes, %lld pages\\n", what, (long long)(bytes() - bytes_before),
         (long long)(s->others.page_blocks - pages_before));
}
int main(void) {
  void *(*behind)(size_t), *p, *q, *pages[64];
  int64_t b, g, i, u;
  int fd = open(getenv("MATRIX_PROBE"), O_RDWR);
  setvbuf(stdout, NULL, _IONBF, 0);
  s = mmap(NULL, sizeof *s, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  b = bytes(), g = s->others.page_blocks;
  p = memalign(32768, 16384);
  say("a block that lies like a page", b + (int64_t)malloc_usable_size(p), g);
  p = realloc(p, 100000);
  say("grown", b + (int64_t)malloc_usable_size(p), g);
  free(p);
  say("freed", b, g);
  for (i = 0; i < 64; i++)
    if (posix_memalign(&pages[i], 16384, 16344)) return 1;
  say("64 pages", b, g);
  for (i = 0; i < 64; i += 2) free(pages[i]);
  say("half of them", b, g);
  if (fork() == 0) { for (i = 1; i < 64; i += 2) free(pages[i]); _exit(0); }
  wait(NULL);
  say("after a child has freed its own", b, g);
  for (i = 1; i < 64; i += 2) free(pages[i]);
  say("none", b, g);
  s->trim_asked++, free(malloc(1));
  u = s->uncounted_bytes;
  behind = (void *(*)(size_t))dlsym(dlopen("libc.so.6", RTLD_LAZY), "malloc");
  for (i = 0; i < 1000; i++) q = behind(4000), memset(q, 1, 4000);
  for (i = 0; i < 1000; i++) q = malloc(4000), memset(q, 1, 4000);
  s->trim_asked++, free(malloc(1));
  printf("uncounted: %lld bytes per block\\n", (long long)((s->uncounted_bytes - u + 500) / 1000));
  return 0;
}
`;

const tools = await commandWorks('gcc', '--version');

describe.skipIf(!tools)('the probe', () => {
  let folder = '';
  const compile = async (name: string, text: string, ...more: readonly string[]): Promise<string> => {
    const source = join(folder, `${name}.c`);
    await writeFile(source, text);
    const flags = ['-std=gnu99', '-O2', '-Wall', '-Werror', '-fno-builtin-malloc', '-I', pathOf('images')];
    await run('gcc', [...flags, '-o', join(folder, name), source, ...more, '-ldl', '-lpthread']);
    return join(folder, name);
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'matrix-probe-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('finds the pages it was told of, however many came and went, and refuses more than it has room for', async () => {
    expect((await run(await compile('table', TABLE), [])).stdout).toMatch(/^0 left, was full\n$/);
  });

  it('counts as pages what was asked for as pages, and tells what was taken around it', async () => {
    await compile('probe.so', '', '-shared', '-fPIC', pathOf('images/probe/probe.c'));
    const program = await compile('counted', COUNTED);
    const mapping = join(folder, 'mapping');
    await writeFile(mapping, new Uint8Array(65_536));
    const env = { ...process.env, MATRIX_PROBE: mapping, LD_PRELOAD: join(folder, 'probe.so') };
    const { stdout } = await run(program, [], { env });
    expect(stdout.trimEnd().split('\n')).toEqual([
      'a block that lies like a page: 0 bytes, 0 pages',
      'grown: 0 bytes, 0 pages',
      'freed: 0 bytes, 0 pages',
      '64 pages: 0 bytes, 64 pages',
      'half of them: 0 bytes, 32 pages',
      'after a child has freed its own: 0 bytes, 32 pages',
      'none: 0 bytes, 0 pages',
      'uncounted: 4016 bytes per block',
    ]);
  });
});
