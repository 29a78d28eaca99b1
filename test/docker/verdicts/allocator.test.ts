import { readFile } from 'node:fs/promises';
import { globSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recipeOf } from '../../../src/docker/images/debian/recipe.ts';
import type { CellRecord } from '../../../src/domain/run/record.ts';
import { createHarness, onlyCell, type Harness } from '../../harness.ts';
import { DEBIAN, buildImage, prepared, removeImage, ruby } from '../setup.ts';

const [library] = globSync('/usr/lib/*/libjemalloc.so.2');
if (library === undefined) {
  console.warn(
    'tests of jemalloc are skipped: libjemalloc.so.2 is not here (Debian: apt-get install libjemalloc2)',
  );
}
const BASE = 'matrix-test:jemalloc';
const PRELOADED = '/usr/local/lib/libjemalloc.so.2';
const JEMALLOC = ruby('jemalloc', { kind: 'image', image: BASE, ruby: '/usr/bin/ruby' });

describe.skipIf(library === undefined)('an image that preloads jemalloc', () => {
  let harness: Harness;
  let image = '';
  beforeAll(async () => {
    await prepared(DEBIAN['trixie']!);
    // The newest system here: it runs a library of any older one.
    await buildImage(
      BASE,
      `FROM ${recipeOf('trixie').tag}\nCOPY jemalloc ${PRELOADED}\nENV LD_PRELOAD=${PRELOADED}\n`,
      { jemalloc: await readFile(library!) },
    );
    image = (await prepared(JEMALLOC)).tag;
    harness = await createHarness(['3.3.8']);
  }, 300_000);
  afterAll(async () => {
    await removeImage(image);
    await removeImage(BASE);
  });

  async function cellOf(setup: string, code: string, explain = true): Promise<CellRecord> {
    const body = { setup, body: code };
    return onlyCell(await harness.run({ body, rubies: [JEMALLOC], options: { explain } }, { jobs: 1 }));
  }

  test.each([
    // glibc would set 72 bytes aside and add 8 of its own.
    [64, 64],
    [200, 224],
    [1000, 1024],
    // As large as a page of Ruby's heap, and every fourth of them at a place where one could be.
    [16_384, 16_384],
  ])('%d bytes take %d, say the probe and the tracer', { timeout: 60_000 }, async (asked, bytes) => {
    const cell = await cellOf("require 'fiddle'", `Fiddle.malloc(${asked})`);
    expect([cell.verdict, cell.cause, cell.environment?.allocator]).toEqual(['leak', 'native', 'jemalloc']);
    expect(cell.growth?.malloc.perIteration).toBeCloseTo(bytes, 0);
    expect(cell.explanation?.findings[0]).toMatchObject({ kind: 'native' });
    expect(cell.explanation?.findings[0]?.bytesPerIteration).toBeCloseTo(bytes, 0);
    expect(cell.explanation?.accountedFor).toBeCloseTo(1, 1);
  });

  test(
    'the script sees the environment of the image, and so does what it starts',
    { timeout: 60_000 },
    async () => {
      const said = 'print ENV["LD_PRELOAD"], " ", `sh -c "echo \\$LD_PRELOAD"`';
      const cell = await cellOf(said, 'x = 1', false);
      expect([cell.verdict, cell.output]).toEqual(['clean', `${PRELOADED} ${PRELOADED}\n`]);
    },
  );
});
