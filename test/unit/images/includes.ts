import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';

/** Reads the C files below a folder, by their path from it. */
export async function readSources(folder: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && /\.[ch]$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  const sources = await Promise.all(
    paths.map(async (path) => [relative(folder, path), await readFile(path, 'utf8')] as const),
  );
  return new Map(sources);
}

/** Lists what a file includes of this project, in order: `tracer/base/hash.h`. */
export const includesOf = (text: string): readonly string[] =>
  [...text.matchAll(/^#include "([^"]+)"/gm)].map(([, path = '']) => path);

/** Names the module of a file: `json/json.c` and `json/json.h` are `json/json`. */
export const moduleOf = (path: string): string => path.replace(/\.[ch]$/, '');

/** Names the folder of a file, `tracer/base`. */
export const folderOf = (path: string): string => dirname(path);

/**
 * Finds a circle of includes as a path, `['a', 'b', 'a']`, or null where they run one way.
 * @param nameOf what counts as one: a module, a folder
 */
export function findCircle(
  sources: ReadonlyMap<string, string>,
  nameOf: (path: string) => string,
): readonly string[] | null {
  const graph = new Map<string, Set<string>>();
  for (const [path, text] of sources) {
    const to = graph.get(nameOf(path)) ?? new Set();
    for (const include of includesOf(text)) if (nameOf(include) !== nameOf(path)) to.add(nameOf(include));
    graph.set(nameOf(path), to);
  }
  return circleIn(graph);
}

/** Finds a circle of a graph as a path; null where it has none. */
export function circleIn(graph: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] | null {
  const done = new Set<string>();
  const visit = (name: string, above: readonly string[]): readonly string[] | null => {
    if (above.includes(name)) return [...above.slice(above.indexOf(name)), name];
    if (done.has(name)) return null;
    for (const next of graph.get(name) ?? []) {
      const circle = visit(next, [...above, name]);
      if (circle !== null) return circle;
    }
    done.add(name);
    return null;
  };
  for (const name of graph.keys()) {
    const circle = visit(name, []);
    if (circle !== null) return circle;
  }
  return null;
}
