import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assemble } from '../../../src/composition/assemble.ts';
import { sandboxCommand } from '../../../src/cli/commands/sandbox.ts';
import type { Streams } from '../../../src/usecases/deps.ts';
import type { CellRecord } from '../../../src/domain/run/record.ts';
import { createHarness, onlyCell, pathOf, type Harness } from '../../harness.ts';
import { copyImages, noGVisor, startGVisorEngine, type GVisorEngine } from './engine-with-gvisor.ts';
import { DEBIAN, engine as shared, prepared } from '../setup.ts';

const why = await noGVisor();
if (why !== null) console.warn(`tests under gVisor are skipped: ${why}`);
const OLDEST_AND_NEWEST = [DEBIAN.bullseye!, DEBIAN.trixie!];

describe.skipIf(why !== null)('in a sandbox', () => {
  let gvisor: GVisorEngine;
  let harness: Harness;
  beforeAll(async () => {
    const images = [];
    for (const ruby of OLDEST_AND_NEWEST) images.push(await prepared(ruby));
    gvisor = await startGVisorEngine();
    // An image is found by its base: without it that is made again.
    const reference = ['matrix-base:bullseye-*', 'matrix-base:trixie-*'];
    const bases = await shared.docker.listImages({ filters: { reference } });
    const tags = [...bases.flatMap((base) => base.RepoTags ?? []), ...images.map((image) => image.tag)];
    await copyImages(tags, shared.docker, gvisor.docker);
    harness = await createHarness(['3.3.8'], 'runsc', gvisor.env);
  });
  afterAll(async () => gvisor?.[Symbol.asyncDispose]());

  test('every exploit is contained, on the oldest and the newest ruby, under runc and under gVisor', async () => {
    const [stdout, stderr] = [capture(), capture()];
    const streams = { stdout, stderr, env: gvisor.env } as unknown as Streams;
    const deps = await assemble({ root: new URL('../../../', import.meta.url), streams });
    const ruby = OLDEST_AND_NEWEST.map(({ name }) => name);
    const code = await sandboxCommand({ ruby, format: 'json', color: false }, deps);
    const tried = JSON.parse(stdout.text()) as Row[];
    const places = new Set(tried.map((row) => `${row.runtime} ${row.ruby}`));
    expect([...places]).toEqual(['runc 2.7.4', 'runc 3.3.8', 'runsc 2.7.4', 'runsc 3.3.8']);
    // As text: a list in a list is cut short where it is not as expected.
    const escaped = tried
      .filter((row) => !row.contained)
      .map(
        ({ exploit, runtime, ruby: on, escapes }) => `${exploit} on ${on}, ${runtime}: ${escapes.join('; ')}`,
      );
    expect(escaped.join('\n')).toBe('');
    expect(code).toBe(0);
  }, 900_000);

  test('verdicts are those of any other runtime, and a figure that is not to be had is said to be missing', async () => {
    const native = await underGVisor(harness, 'user_fiddle_malloc_64');
    expect([native.verdict, native.cause]).toEqual(['leak', 'native']);
    const objects = await underGVisor(harness, 'user_array_append');
    expect([objects.verdict, objects.cause]).toEqual(['leak', 'objects']);
    expect((await underGVisor(harness, 'neg_const_redefined')).verdict).toBe('clean');
  }, 300_000);

  test('what leaks is named as under any other runtime: function, line, class', async () => {
    const usual = await createHarness(['2.7.4'], null, gvisor.env);
    const named = async (on: Harness, path: string): Promise<readonly unknown[]> => {
      const script = { name: 'repro.rb', text: await readFile(pathOf(path), 'utf8') };
      const cell = onlyCell(
        await on.run({ script, rubies: usual.rubies, options: { explain: true } }, { jobs: 1 }),
      );
      const { findings, accountedFor } = cell.explanation!;
      expect(accountedFor).toBeCloseTo(1, 1);
      expect(cell.environment?.runtime).toBe(on === harness ? 'runsc' : null);
      return findings.slice(0, 1).map((one) => {
        if (one.kind === 'native') return [one.script, one.innermost, one.blockBytes, one.stack];
        return one.kind === 'objects' ? [one.className, one.script, one.path] : one.kind;
      });
    };
    for (const path of ['test/examples/tracepoint.rb', 'test/corpus/cases/user_class_registry.rb']) {
      const there = await named(harness, path);
      expect(there).toHaveLength(1);
      expect(there).toEqual(await named(usual, path));
    }
  }, 300_000);

  test('memory that runs out is reported as that, though the sandbox ends with it', async () => {
    const text = 'x = (1..200).map { "y" * 10_000_000 }\nloop { }\n';
    const limits = { ...harness.matrix.limits, memoryMiB: 128 };
    const run = await harness.run({ script: { name: 'repro.rb', text } }, { limits });
    expect(onlyCell(run).outcome).toBe('out-of-memory');
  }, 120_000);
});

async function underGVisor(harness: Harness, name: string): Promise<CellRecord> {
  const text = await readFile(pathOf(`test/corpus/cases/${name}.rb`), 'utf8');
  const run = await harness.run({ script: { name: `${name}.rb`, text } });
  const { environment, growth } = onlyCell(run);
  expect([environment?.runtime, growth?.pss]).toEqual(['runsc', null]);
  // A short measurement has no resident sizes at all.
  expect(run.notes.join().includes('PSS')).toBe(growth?.rss !== null);
  return onlyCell(run);
}

interface Row {
  readonly exploit: string;
  readonly runtime: string;
  readonly ruby: string;
  readonly contained: boolean;
  readonly escapes: readonly string[];
}

function capture(): { write(text: string): boolean; text(): string } {
  let all = '';
  return { write: (text) => ((all += text), true), text: () => all };
}
