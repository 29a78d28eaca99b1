import fs from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from './store-error.ts';

/**
 * Makes a folder, and those above it that are missing.
 * @throws the system's own reason: with `recursive` alone, Node reports ENOENT for a read-only file system
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await fs.mkdir(path, { recursive: true });
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await fs.mkdir(path).catch((reason: unknown) => {
      // Another process made it first.
      if (errorCode(reason) !== 'EEXIST') throw reason;
    });
  }
}
