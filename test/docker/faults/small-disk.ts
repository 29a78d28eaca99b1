import { execFile } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** More than the service wants to be free before it takes new runs. */
const SIZE_MIB = 320;

/** A separate disk for results, small enough to be filled. */
export interface SmallDisk extends AsyncDisposable {
  readonly results: string;
  /** Takes every byte that is free. */
  fill(): Promise<void>;
  /** Gives the bytes back. */
  free(): Promise<void>;
}

/**
 * Mounts a small disk; null where mounting is not permitted. Disposing unmounts it, whoever still reads
 * there.
 */
export async function smallDisk(sizeMib = SIZE_MIB): Promise<SmallDisk | null> {
  const path = await mkdtemp(join(tmpdir(), 'matrix-small-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeMib}m`, 'matrix-test', path]);
  } catch {
    await rm(path, { recursive: true });
    return null;
  }
  const results = join(path, 'results');
  await mkdir(results);
  const filler = join(path, 'filler');
  return {
    results,
    async fill() {
      for (const bytes of [2 ** 22, 2 ** 12]) {
        const chunk = Buffer.alloc(bytes);
        while (await fits(filler, chunk));
      }
    },
    free: () => rm(filler),
    async [Symbol.asyncDispose]() {
      await run('umount', ['--lazy', path]);
      await rm(path, { recursive: true });
    },
  };
}

async function fits(path: string, chunk: Uint8Array): Promise<boolean> {
  try {
    await appendFile(path, chunk);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    return false;
  }
}
