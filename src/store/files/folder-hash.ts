import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';

/** Files of a folder: by their paths in it, or those of folders above them, without an ending. */
export interface Chosen {
  readonly parts: readonly string[];
  /** Paths that are left out. */
  readonly except: readonly string[];
}

/** Returns a hash of the names and contents of the chosen files of a folder; times and permissions don't count. */
export async function hashFiles(root: string, paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  const contents = await Promise.all(paths.map((path) => readFile(join(root, path))));
  for (const [index, content] of contents.entries()) hash.update(`${paths[index]}\n`).update(content);
  return hash.digest('hex');
}

/** Their paths from there, in order. */
export async function chosenFiles(root: string, { parts, except }: Chosen): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  return paths.filter((path) => isIn(path, parts) && !isIn(path, except)).toSorted();
}

function isIn(path: string, some: readonly string[]): boolean {
  const name = path.slice(0, path.length - extname(path).length);
  return some.some((part) => name === part || name.startsWith(`${part}/`));
}
