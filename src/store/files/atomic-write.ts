import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeFolder } from './make-folder.ts';
import { toStoreError } from './store-error.ts';

/** Names of files that a killed write may leave behind: `.run.json.3f9a2c11.tmp`. Readers don't look at it. */
export const TEMPORARY = /^\..+\.[0-9a-f]{8}\.tmp$/;

/**
 * Writes a file so that a reader, or a machine that loses power, sees all of the old text or all of the new. The
 * folder is made when it is not there.
 * @throws {StoreError} no half-written file is left then
 */
export async function writeAtomically(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${randomBytes(4).toString('hex')}.tmp`);
  try {
    await makeFolder(folder);
    await writeThrough(temporary, text);
    await fs.rename(temporary, path);
    await syncFolder(folder);
  } catch (error) {
    await fs.rm(temporary, { force: true }).catch(() => {});
    throw toStoreError(error, path);
  }
}

async function writeThrough(path: string, text: string): Promise<void> {
  const file = await fs.open(path, 'wx', 0o644);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes the rename durable. Some file systems cannot sync a folder; the file is in place nevertheless. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await fs.open(path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch {
    // The data itself is on the disk already.
  }
}
