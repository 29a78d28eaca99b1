import { readdir, readFile, stat } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { pathOf } from '../../harness.ts';

const text = await readFile(pathOf('ARCHITECTURE.md'), 'utf8');
const [, house = ''] = /^## The house\n(.*?)^## /ms.exec(text) ?? [];

async function foldersIn(path: string): Promise<readonly string[]> {
  const entries = await readdir(pathOf(path), { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

const exists = (path: string): Promise<boolean> =>
  stat(pathOf(path)).then(
    () => true,
    () => false,
  );

it.each(['src', 'images'])('every folder of %s has its row', async (top) => {
  for (const room of await foldersIn(top)) expect(house).toContain(`\`${top}/${room}/\``);
});

it('what a room of src consists of is named in its row', async () => {
  const missing: string[] = [];
  for (const room of await foldersIn('src')) {
    const row = house.split('\n').find((line) => line.startsWith(`| \`src/${room}/\``)) ?? '';
    for (const part of await foldersIn(`src/${room}`))
      if (!new RegExp(`\`${part}\``).test(row)) missing.push(`${room}/${part}`);
  }
  expect(missing).toEqual([]);
});

it('every file and folder that the page names exists', async () => {
  const tops = [...(await foldersIn('.')), ...(await foldersIn('src')), ...(await foldersIn('images'))];
  const named = [...text.matchAll(/`([\w.-]+)\/([\w./-]*)`/g)]
    .filter(([, top = '']) => tops.includes(top))
    .map(([path]) => path.slice(1, -1));
  expect(named.length).toBeGreaterThan(50);
  for (const path of named) {
    const places = ['', 'src/', 'images/'].flatMap((above) =>
      ['', '.ts', '.c'].map((ending) => above + path.replace(/\/$/, '') + ending),
    );
    const found = await Promise.all(places.map(exists));
    expect([path, found.includes(true)]).toEqual([path, true]);
  }
});
