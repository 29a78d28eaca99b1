import { glob, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import tar from 'tar-fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tagWithPackages } from '../../../src/docker/images/debian/recipe.ts';
import type { Ruby } from '../../../src/domain/ruby/ruby.ts';
import { createHarness } from '../../harness.ts';
import { DEBIAN, buildImage, containers, never, prepared, removeImage } from '../setup.ts';

const harness = await createHarness(['3.1.2']);
const { docker } = harness.engine;
const TAG = 'matrix-test:folder';
/** Debian's ruby, as if somebody had installed it there: its prefix is /usr. */
const COPY = `FROM ${tagWithPackages('bookworm', [])}
RUN mkdir /my-ruby-build && cd /usr && \\
    cp -a --parents bin/ruby* lib/ruby lib/*/ruby lib/*/libruby* share/rubygems-integration /my-ruby-build/
`;
let folder = '';
const bases: string[] = [];

beforeAll(async () => {
  await prepared(DEBIAN.bookworm!);
  await buildImage(TAG, COPY);
  const into = await mkdtemp(join(tmpdir(), 'matrix-folder-'));
  folder = join(into, 'my-ruby-build');
  const container = await docker.createContainer({ Image: TAG, Cmd: ['sh'] });
  try {
    await pipeline(await container.getArchive({ path: '/my-ruby-build' }), tar.extract(into));
  } finally {
    await container.remove();
  }
});
afterAll(async () => {
  await removeImage(TAG);
  await rm(join(folder, '..'), { recursive: true, force: true });
});

const resolve = (path = folder) =>
  containers.resolveFolder!(
    { path, name: 'my-ruby-build' },
    ['bullseye', 'bookworm'],
    (line) => bases.push(line),
    never,
  );

async function rubyOf(): Promise<Ruby> {
  const found = await resolve();
  if (!found.ok) throw new Error(found.message);
  expect(found.value.notes).toEqual([]);
  return found.value.ruby;
}

test('a ruby that is in a folder is measured beside a release, and packed once', async () => {
  const mine = await rubyOf();
  expect(mine).toMatchObject({ name: 'my-ruby-build', version: { major: 3, minor: 1, patch: 2 } });
  const text = 'require "json"\n$kept = []\n1_000.times { $kept << Object.new }\n';
  const { cells } = await harness.run({
    script: { name: 'repro.rb', text },
    rubies: [...harness.rubies, mine],
  });
  const [debians, own] = cells;
  expect([debians?.id, own?.id]).toEqual(['3.1.2', 'my-ruby-build']);
  for (const cell of cells)
    expect([cell.message, cell.verdict, cell.cause]).toEqual([expect.anything(), 'leak', 'objects']);
  expect(own?.environment).toMatchObject({
    source: 'folder',
    image: 'my-ruby-build on debian:bookworm',
    description: debians?.environment?.description,
  });
  const packed = bases.length;
  expect(await rubyOf()).toEqual(mine);
  expect(bases).toHaveLength(packed);
});

test('one that was moved is refused, with what to do', async () => {
  for await (const path of glob(join(folder, 'lib/*/ruby/*/rbconfig.rb'))) {
    const config = await readFile(path, 'utf8');
    await writeFile(path, config.replace('DESTDIR + "/usr"', 'DESTDIR + "/opt/elsewhere"'));
  }
  expect(await resolve()).toMatchObject({
    ok: false,
    message: expect.stringMatching(/its ruby does not run at \/opt\/elsewhere, .*make install/s),
  });
});
