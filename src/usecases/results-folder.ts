import { constants } from 'node:fs';
import { access, mkdir, stat } from 'node:fs/promises';
import { CommandError } from './command-error.ts';
import { fileProblem } from './file-problem.ts';

/**
 * Creates the folder that keeps the runs before anything is measured, or reports why it cannot be written.
 */
export async function resultsFolder(path: string): Promise<string> {
  try {
    await mkdir(path, { recursive: true });
    if (!(await stat(path)).isDirectory()) throw Object.assign(new Error('a file'), { code: 'EEXIST' });
    await access(path, constants.W_OK | constants.X_OK);
    return path;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw new CommandError(`--results ${path} is a file: name a folder`, 'unwritable-file');
    }
    throw new CommandError(`--results: ${fileProblem(reasonOf(error), path, 'written')}`, 'unwritable-file');
  }
}

/**
 * Finds the real reason of an error. For a folder to be created on a read-only file system Node reports "no
 * such file".
 */
function reasonOf(error: unknown): unknown {
  const isQuirk = (error as NodeJS.ErrnoException).code === 'ENOENT';
  return isQuirk ? Object.assign(new Error('read-only', { cause: error }), { code: 'EROFS' }) : error;
}
