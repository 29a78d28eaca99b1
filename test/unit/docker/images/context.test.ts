import { cp, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { packContext, readContext } from '../../../../src/docker/images/build/context.ts';
import { imageTag } from '../../../../src/docker/images/build/tags.ts';

const IMAGES = fileURLToPath(new URL('../../../../images', import.meta.url));
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matrix-context-'));
  await cp(IMAGES, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

test('hash and tar depend on names and contents alone', async () => {
  await utimes(join(folder, 'Dockerfile'), 1, 1);
  await writeFile(join(folder, '.DS_Store'), 'junk');
  await writeFile(join(folder, 'notes.md'), 'junk');
  const [ours, copy] = await Promise.all([readContext(IMAGES), readContext(folder)]);
  expect(copy.hash).toBe(ours.hash);
  expect((await buffer(packContext(copy))).equals(await buffer(packContext(ours)))).toBe(true);
});

test('a changed, a new and a renamed file change the hash', async () => {
  const hashes = new Set([(await readContext(folder)).hash]);
  await writeFile(join(folder, 'probe', 'extra.c'), 'int x;');
  hashes.add((await readContext(folder)).hash);
  await writeFile(join(folder, 'probe', 'extra.c'), 'int y;');
  hashes.add((await readContext(folder)).hash);
  await cp(join(folder, 'probe', 'extra.c'), join(folder, 'probe', 'other.c'));
  await rm(join(folder, 'probe', 'extra.c'));
  hashes.add((await readContext(folder)).hash);
  expect(hashes.size).toBe(4);
});

test('a folder that is missing is named', async () => {
  await expect(readContext(join(folder, 'nowhere'))).rejects.toThrow(/nowhere.*Install the package again/);
});

test('every ingredient changes the tag, and names become legal in one', () => {
  const ingredients = { contextHash: 'c', baseId: 'b', rubyPath: '/r' };
  const tags = Object.keys(ingredients).map((key) => imageTag('2.3.6', { ...ingredients, [key]: 'other' }));
  expect(new Set([...tags, imageTag('2.3.6', ingredients)]).size).toBe(4);
  expect(imageTag('all-ruby/2.3.0', ingredients)).toMatch(/^matrix:all-ruby-2\.3\.0-[0-9a-f]{12}$/);
});
