import { glob, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { InputError } from './inputs.ts';

/**
 * Finds the scripts that match patterns: paths from the workspace, sorted, each once.
 * @throws {InputError} where one finds nothing
 */
export async function findScripts(
  patterns: readonly string[],
  workspace: string,
): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const pattern of patterns) {
    let files = 0;
    for await (const path of glob(pattern, { cwd: workspace })) {
      if (!(await stat(resolve(workspace, path))).isFile()) continue;
      files += 1;
      found.add(path);
    }
    if (files === 0) {
      throw new InputError(
        `script ${pattern}: no file matches it; is the repository checked out (actions/checkout)?`,
      );
    }
  }
  return [...found].toSorted();
}
