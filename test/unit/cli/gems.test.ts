import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { main } from '../../../src/cli/main-command.ts';
import { clean, leak, record } from '../report/records.ts';
import { scene, type Scene } from './deps.ts';

let folder: string;
let here: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matrix-gems-'));
  here = process.cwd();
  process.chdir(folder);
});
afterEach(async () => {
  process.chdir(here);
  await rm(folder, { recursive: true });
});

async function files(contents: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(contents)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
}

const stage = (): Scene =>
  scene({
    measure: async (_, parts) => {
      const run = record([leak('2.3.6+gem.oj=1.0'), clean('2.3.6+gem.oj=2.0')], {
        id: '20261123-071502-e-3f9a2c',
      });
      parts.emit({ type: 'done', run });
      return run;
    },
  });
const run = async (...args: readonly string[]): Promise<Scene & { readonly code: number }> => {
  const on = stage();
  const code = await main(['run', ...args, '--ruby', '2.3.6', '--results', 'results', '--quiet'], on.deps);
  return { ...on, code };
};
const sent = ({ requests }: Scene) => ({
  gems: requests[0]?.options.gems,
  gemfile: requests[0]?.options.gemfile,
  files: requests[0]?.files.map(({ path }) => path),
});

test('gems by name go as they are; those of the command line win over the script’s', async () => {
  await files({ 'repro.rb': '# matrix: gem nokogiri 1.0, 1.1\nloop { }\n' });
  expect(sent(await run('repro.rb'))).toEqual({ gems: ['nokogiri=1.0,1.1'], gemfile: null, files: [] });
  const other = await run('repro.rb', '--gem', 'oj=1.0,2.0', '--gem', 'rack');
  expect(sent(other)).toEqual({ gems: ['oj=1.0,2.0', 'rack'], gemfile: null, files: [] });
});

test('a folder of a gem goes with its files, but for what is none of the gem', async () => {
  await files({
    'repro.rb': 'loop { }',
    'my_gem/my_gem.gemspec': '',
    'my_gem/ext/x.c': '',
    'my_gem/tmp/x.o': '',
    'my_gem/.git/config': '',
  });
  expect(sent(await run('repro.rb', '--gem', './my_gem/'))).toEqual({
    gems: ['./my_gem'],
    gemfile: null,
    files: ['my_gem/ext/x.c', 'my_gem/my_gem.gemspec'],
  });
  process.chdir(join(folder, 'my_gem'));
  expect(sent(await run('../repro.rb', '--gem', '.'))).toMatchObject({
    gems: ['.'],
    files: expect.arrayContaining(['my_gem.gemspec', 'ext/x.c']),
  });
  expect(sent(await run('../repro.rb', '--gem', '../my_gem'))).toMatchObject({ gems: ['./my_gem'] });
});

test('a Gemfile beside the script counts, with its lock, unless the script says its gems itself', async () => {
  await files({
    'a/repro.rb': 'loop { }',
    'a/Gemfile': "gem 'oj'",
    'a/Gemfile.lock': 'GEM',
    'a/other.txt': '',
  });
  const gemfile = { gems: [], gemfile: 'Gemfile', files: ['Gemfile', 'Gemfile.lock'] };
  expect(sent(await run('a/repro.rb'))).toEqual(gemfile);
  expect(sent(await run('a/repro.rb', '--no-gemfile'))).toEqual({ gems: [], gemfile: null, files: [] });
  await files({
    'repro.rb': 'loop { }',
    'a/inline.rb': "require 'bundler/inline'\ngemfile { gem 'oj' }\nloop { }",
  });
  expect(sent(await run('repro.rb', '--gemfile', 'a/Gemfile'))).toEqual(gemfile);
  expect(sent(await run('a/inline.rb'))).toMatchObject({ gemfile: null });
});

test('a Gemfile that may speak of further files goes with its folder', async () => {
  await files({
    'repro.rb': 'loop { }',
    Gemfile: "gem 'x', path: 'x'",
    'x/x.gemspec': '',
    '.git/config': '',
  });
  expect(sent(await run('repro.rb'))).toMatchObject({
    gemfile: 'Gemfile',
    files: expect.arrayContaining(['Gemfile', 'x/x.gemspec']),
  });
});

test.each([
  [['--gem', './none'], 'none'],
  [['--gemfile', 'none/Gemfile'], 'none/Gemfile'],
])('%j: what is not there is named', async (args, said) => {
  await files({ 'repro.rb': 'loop { }' });
  const on = await run('repro.rb', ...args);
  expect(on.code).toBe(2);
  expect(on.streams.err()).toContain(said);
});

test('a version may be expected to leak', async () => {
  await files({ 'repro.rb': 'loop { }' });
  const asked = ['repro.rb', '--gem', 'oj=1.0,2.0'];
  expect((await run(...asked, '--expect', '2.3.6+gem.oj=1.0')).code).toBe(0);
  expect((await run(...asked, '--expect', '2.3.6+gem.oj=2.0')).code).toBe(1);
  expect((await run(...asked, '--expect', '2.3.6+gem.oj=3.0')).code).toBe(2);
});
