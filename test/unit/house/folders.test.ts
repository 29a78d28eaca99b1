import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { pathOf } from '../../harness.ts';

/** More than this, and a listing no longer says what is an entrance and what a detail. */
const MOST = 15;

/** Sources that lie side by side, by folder. */
async function filesOf(top: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const entries = await readdir(pathOf(top), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /\.(ts|js)$/.test(entry.name));
  const byFolder = Map.groupBy(files, (file) => relative(pathOf(''), file.parentPath));
  return new Map([...byFolder].map(([folder, all]) => [folder, all.map(({ name }) => join(folder, name))]));
}

it.each(['src', 'test', '.ci'])('no folder below %s holds more than fifteen files', async (top) => {
  const folders = await filesOf(top);
  expect(folders.size).toBeGreaterThan(1);
  expect([...folders].filter(([, files]) => files.length > MOST).map(([folder]) => folder)).toEqual([]);
});

it('no file is at the root of src: each is in the room of its kind', async () => {
  expect((await filesOf('src')).get('src') ?? []).toEqual([]);
});
