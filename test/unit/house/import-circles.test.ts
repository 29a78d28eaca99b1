import { readdir, readFile } from 'node:fs/promises';
import { join, posix, relative } from 'node:path';
import { expect, test } from 'vitest';
import { pathOf } from '../../harness.ts';
import { circleIn } from '../images/includes.ts';

const IMPORT = /^(?:import|export) [^;]*?from '(\.{1,2}\/[^']+)';/gms;

/** Reads what each file below a folder imports, including types, which the linter ignores. */
async function importsBelow(top: string): Promise<readonly (readonly [string, readonly string[]])[]> {
  const folder = pathOf(top);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  return Promise.all(
    files.map(async (file) => {
      const found = [...(await readFile(join(folder, file), 'utf8')).matchAll(IMPORT)];
      return [file, found.map(([, path = '']) => posix.join(posix.dirname(file), path))] as const;
    }),
  );
}

const imports = await importsBelow('src');
const files = imports.map(([file]) => file);

/**
 * Builds the graph of imports.
 * @param nameOf what counts as one: a file, a room
 */
function graphBy(nameOf: (file: string) => string): ReadonlyMap<string, ReadonlySet<string>> {
  const graph = new Map<string, Set<string>>();
  for (const [file, targets] of imports) {
    const from = nameOf(file);
    const to = graph.get(from) ?? new Set();
    for (const target of targets) if (nameOf(target) !== from) to.add(nameOf(target));
    graph.set(from, to);
  }
  return graph;
}

test('no file of src imports itself by way of others, not even for a type', () => {
  expect(files.length).toBeGreaterThan(300);
  expect(imports.flatMap(([, targets]) => targets).filter((target) => !files.includes(target))).toEqual([]);
  expect(circleIn(graphBy((file) => file))).toBeNull();
});

test('nor does a file of the tests', async () => {
  const all = await importsBelow('test');
  expect(all.length).toBeGreaterThan(200);
  expect(circleIn(new Map(all.map(([file, targets]) => [file, new Set(targets)])))).toBeNull();
});

test('nor does a room of src, a folder below it', () => {
  const rooms = graphBy((file) => file.split('/')[0] ?? file);
  expect(rooms.get('bin')?.size).toBeGreaterThan(1);
  expect(circleIn(rooms)).toBeNull();
});
