import { readdir, readFile } from 'node:fs/promises';
import { join, posix, relative } from 'node:path';
import type { InputFile } from '../../../src/engine/plan/pack-files.ts';
import { pathOf } from '../../harness.ts';

/** Reads the files of a folder of this repository, as they are sent beside a script. */
export async function folderFiles(folder: string, at: string): Promise<readonly InputFile[]> {
  const root = pathOf(folder);
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        return { path: posix.join(at, relative(root, path)), content: await readFile(path) };
      }),
  );
}
