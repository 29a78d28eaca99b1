import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withBuildTools } from '../../../src/domain/ruby/debian-packages.ts';
import { withVersions } from '../../../src/domain/ruby/gem-versions.ts';
import type { GemPolicy } from '../../../src/domain/ruby/gems.ts';
import type { CellRecord } from '../../../src/domain/run/record.ts';
import { stackTexts } from '../../../src/report/explain/stack-text.ts';
import { buildImages, createHarness, onlyCell, type Harness, type HarnessRequest } from '../../harness.ts';
import { folderFiles } from './folder-files.ts';
import { serveGemIndexOf, type GemIndex } from './gem-index.ts';

/* Gems from a source of our own: pure Ruby, with a C extension that leaks before 1.2.0, and those that cannot be had. */

let harness: Harness;
let index: GemIndex;
beforeAll(async () => {
  harness = await createHarness(['3.1.2']);
  await buildImages(harness);
  index = await serveGemIndexOf(harness);
}, 300_000);
afterAll(() => index?.[Symbol.asyncDispose]());

const script = (text: string): HarnessRequest => ({ script: { name: 'repro.rb', text } });

async function cells(
  request: HarnessRequest,
  policy: Partial<GemPolicy> = {},
): Promise<readonly CellRecord[]> {
  const run = await harness.run(request, { gems: index.policy(policy) });
  return run.cells;
}
const only = async (request: HarnessRequest, policy: Partial<GemPolicy> = {}): Promise<CellRecord> =>
  onlyCell(await harness.run(request, { gems: index.policy(policy) }));

const PARSE = "require 'leaky'\n10_000.times { Leaky.parse('x' * 100) }\n";

describe('gems of a script', { timeout: 180_000 }, () => {
  it('a C extension: a cell for each version, those before the fix leak, with the resolved version in the record', async () => {
    const found = await cells({ ...script(PARSE), options: { gems: ['leaky=1.0.0,1.1.0,1.2.0'] } });
    expect(found.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['3.1.2+gem.leaky=1.0.0', 'leak'],
      ['3.1.2+gem.leaky=1.1.0', 'leak'],
      ['3.1.2+gem.leaky=1.2.0', 'clean'],
    ]);
    expect(found.map(({ environment }) => environment?.gems)).toEqual(
      ['1.0.0', '1.1.0', '1.2.0'].map((version) => [{ name: 'leaky', version }]),
    );
    expect(found[0]).toMatchObject({ cause: 'native' });
    expect(found[0]?.growth?.malloc.perIteration).toBeCloseTo(112, 0);
  });

  it('a range stands for the versions that the source has, and a search finds the one that fixes the leak', async () => {
    const found = await harness.containers.gemVersions?.(
      'leaky',
      index.policy(),
      new AbortController().signal,
    );
    expect(found).toEqual({ ok: true, value: expect.arrayContaining(['1.0.0', '1.1.0', '1.2.0']) });
    const gems = found?.ok === true ? withVersions('leaky=1.0.0..1.2.0', found.value) : null;
    expect(gems).toEqual({ ok: true, value: 'leaky=1.0.0,1.1.0,1.2.0' });
    const run = await harness.run(
      { ...script(PARSE), options: { gems: ['leaky=1.0.0,1.1.0,1.2.0'], bisect: true } },
      { gems: index.policy() },
    );
    expect(run.sentence).toMatch(
      /^On 3\.1\.2: A leak of 112 bytes per iteration \(native\) is in 1\.0\.0 already; it was fixed in 1\.2\.0\.$/,
    );
  });

  it('installed once: the second run asks the source for nothing', async () => {
    const request = { ...script(PARSE), options: { gems: ['leaky=1.2.0'] } };
    await cells(request);
    const before = index.asked.length;
    expect((await only(request)).verdict).toBe('clean');
    expect(index.asked.length).toBe(before);
  });

  it('bundler/inline as posted: the version from the environment, a dependency, required by itself', async () => {
    const cell = await only({
      ...script(`require 'bundler/inline'

version = ENV.fetch('LEANS_VERSION', '1.0.0')
gemfile(true) do
  source 'https://rubygems.org'
  gem 'leans', version
end

10_000.times { Leans.drop('x' * 100) }
`),
      options: { axes: { 'env.LEANS_VERSION': ['2.0.0'] } },
    });
    expect(cell).toMatchObject({ outcome: 'measured', verdict: 'clean' });
    expect(cell.environment?.gems).toEqual([
      { name: 'plainly', version: '1.0.0' },
      { name: 'leans', version: '2.0.0' },
    ]);
  });

  it('a Gemfile with its lock, and a gem that is requested in the place of what it says', async () => {
    const files = [
      {
        path: 'Gemfile',
        content: Buffer.from(
          "source 'https://rubygems.org'\nruby '1.8.7'\ngem 'leaky', '1.2.0'\ngem 'plainly'\n",
        ),
      },
    ];
    const request = { ...script(PARSE), files };
    expect(await only({ ...request, options: { gemfile: 'Gemfile' } })).toMatchObject({ verdict: 'clean' });
    const other = await only({ ...request, options: { gemfile: 'Gemfile', gems: ['leaky=1.1.0'] } });
    expect(other).toMatchObject({ verdict: 'leak', settings: { 'gem.leaky': '1.1.0' } });
  });

  it('a folder with a gemspec is built and installed with its C extension', async () => {
    const files = await folderFiles('test/gems/leaky', 'leaky');
    const cell = await only({ ...script(PARSE), files, options: { gems: ['./leaky'] } });
    expect(cell).toMatchObject({ verdict: 'leak', cause: 'native' });
    expect(cell.environment?.gems).toEqual([{ name: 'leaky', version: '1.1.0' }]);
  });

  it('a leak in a C extension is named by function, gem, version and line', async () => {
    const request = { ...script(PARSE), options: { gems: ['leaky=1.0.0'], explain: true } };
    const cell = await only(request);
    const [finding] = cell.explanation?.findings ?? [];
    const stack = finding?.kind === 'native' ? finding.stack : [];
    expect(stackTexts(stack)[0]).toMatch(/^leaky\.so: copy_text \(leaky 1\.0\.0 ext\/leaky\/leaky\.c:\d+\)$/);
  });

  it('an image that is there costs no tenth of a second', async () => {
    const [ruby] = harness.rubies;
    const install = {
      gems: [['plainly', null]] as const,
      folders: [],
      gemfile: null,
      lockfile: null,
      inline: null,
      input: new Uint8Array(),
      env: {},
      policy: index.policy(),
      release: ruby!.version,
    };
    const signal = new AbortController().signal;
    const prepared = await harness.containers.prepare(withBuildTools(ruby!), () => {}, signal);
    if (!prepared.ok) throw new Error(prepared.message);
    const made = await harness.containers.withGems(prepared.value, install, () => {}, signal);
    const began = performance.now();
    for (let times = 0; times < 10; times += 1) {
      expect(await harness.containers.withGems(prepared.value, install, () => {}, signal)).toEqual(made);
    }
    expect((performance.now() - began) / 10).toBeLessThan(100);
  });
});

describe('gems that cannot be had', { timeout: 120_000 }, () => {
  it.each([
    ['plainley', 'there is no gem plainley\ndid you mean plainly?'],
    ['plainly=3.0.0', 'there is no plainly 3.0.0\nthere are plainly 1.0.0'],
    ['newer', 'newer 1.0.0 needs Ruby >= 9.0\nan older version may run on this one: --gem newer=VERSION'],
    [
      'broken',
      'broken 1.0.0 cannot be compiled on this ruby\nbroken.c:2:10: fatal error: a-library-that-is-not-here.h: No such file or directory',
    ],
  ])('%s', async (gem, message) => {
    const cell = await only({ ...script(PARSE), options: { gems: [gem] } });
    expect(cell).toMatchObject({ outcome: 'gems-unavailable', stage: 'gems', message });
  });

  it.each([
    ["gem 'x', git: 'https://example.com/x.git'", {}, 'git sources are not installed'],
    ["source('https://gems.example.com') { gem 'x' }", {}, 'gems.example.com/ cannot be reached'],
    ["gem 'x', path: '/etc'", {}, ''],
    ['loop { }', { seconds: 8 }, 'were not installed within 8 seconds'],
    ["gem 'plainly'", { names: ['leaky'] }, 'not among the gems that matrix.yaml allows'],
    ["raise 'no'", {}, 'no'],
    ['syntax (', {}, ''],
    ['exit 7', {}, ''],
  ])('a Gemfile that says %s', async (line, policy, said) => {
    const files = [{ path: 'Gemfile', content: Buffer.from(`source 'https://rubygems.org'\n${line}\n`) }];
    const cell = await only({ ...script(PARSE), files, options: { gemfile: 'Gemfile' } }, policy);
    expect(cell.outcome).toBe('gems-unavailable');
    expect(cell.message).toContain(said);
    expect(cell.message?.split('\n').length).toBeLessThanOrEqual(2);
  });

  it('a source that is not there', async () => {
    const gems = index.policy({ source: 'http://127.0.0.1:1' });
    const cell = onlyCell(await harness.run({ ...script(PARSE), options: { gems: ['plainly'] } }, { gems }));
    expect(cell).toMatchObject({ outcome: 'gems-unavailable' });
    expect(cell.message).toContain('127.0.0.1:1 cannot be reached');
  });
});
