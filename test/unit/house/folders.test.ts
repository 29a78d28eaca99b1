import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { expect, it } from 'vitest';
import { median, pathOf } from '../../harness.ts';

/** More than this, and a listing no longer says what is an entrance and what a detail. */
const MOST_FILES = 15;
/** More than this, and a file has more than one concern. */
const MOST_LINES = 300;
/** Half of the files are no longer than this. */
const MEDIAN_LINES = 60;

/** Files that count as sources; scripts that tests measure are data. */
const SOURCES = { src: /\.(ts|js)$/, images: /\.(c|h|rb|sh)$/, test: /\.(ts|js)$/, '.ci': /\.(ts|js)$/ };
const TOPS = ['src', 'images', 'test', '.ci'] as const;

/** Lists the sources below a folder, by the folder they are in. */
async function filesOf(top: keyof typeof SOURCES): Promise<ReadonlyMap<string, readonly string[]>> {
  const entries = await readdir(pathOf(top), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && SOURCES[top].test(entry.name));
  const byFolder = Map.groupBy(files, (file) => relative(pathOf(''), file.parentPath));
  return new Map([...byFolder].map(([folder, all]) => [folder, all.map(({ name }) => join(folder, name))]));
}

async function lengthsOf(top: keyof typeof SOURCES): Promise<ReadonlyMap<string, number>> {
  const paths = [...(await filesOf(top)).values()].flat();
  const texts = await Promise.all(paths.map((path) => readFile(pathOf(path), 'utf8')));
  return new Map(paths.map((path, i) => [path, (texts[i] ?? '').split('\n').length - 1]));
}

it.each(TOPS)('no folder below %s holds more than fifteen files', async (top) => {
  const folders = await filesOf(top);
  expect(folders.size).toBeGreaterThan(1);
  expect([...folders].filter(([, files]) => files.length > MOST_FILES).map(([folder]) => folder)).toEqual([]);
});

it('no file is at the root of src: each is in the room of its kind', async () => {
  expect((await filesOf('src')).get('src') ?? []).toEqual([]);
});

it.each(TOPS)('no file below %s is longer than three hundred lines', async (top) => {
  const lengths = await lengthsOf(top);
  expect(lengths.size).toBeGreaterThan(5);
  expect([...lengths].filter(([, lines]) => lines > MOST_LINES)).toEqual([]);
});

it('half of the files of src, and of images, are no longer than sixty lines', async () => {
  for (const top of ['src', 'images'] as const)
    expect(median([...(await lengthsOf(top)).values()])).toBeLessThanOrEqual(MEDIAN_LINES);
});
