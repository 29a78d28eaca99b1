import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative } from 'node:path';

/** A choice of files in a folder, by their paths or by the folders they are in; endings are left out. */
export interface Chosen {
  readonly parts: readonly string[];
  /** Paths that are left out. */
  readonly except: readonly string[];
}

/** Hashes names and contents of the chosen files of a folder; times and permissions don't count. */
export async function hashFiles(root: string, paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  const contents = await Promise.all(paths.map((path) => readFile(join(root, path))));
  for (const [index, content] of contents.entries()) hash.update(`${paths[index]}\n`).update(content);
  return hash.digest('hex');
}

/** Lists the paths of the chosen files, in order. */
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
