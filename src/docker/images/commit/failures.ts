import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A day: what fails for want of memory on a busy machine may build tomorrow. */
const KEPT_MS = 24 * 60 * 60 * 1000;

const folder = (): string => join(homedir(), '.cache', 'matrix-leak', 'builds', 'failed');
const placeOf = (tag: string): string => join(folder(), tag.replaceAll(/[^\w.-]/g, '_'));

/** Reads why a build failed lately; null where it did not, or nothing is known. */
export async function knownFailure(tag: string): Promise<string | null> {
  const place = placeOf(tag);
  const about = await stat(place).catch(() => null);
  if (about === null || Date.now() - about.mtimeMs > KEPT_MS) return null;
  return readFile(place, 'utf8').catch(() => null);
}

/** Records that a build failed. Where that cannot be written, the build is tried again next time. */
export async function noteFailure(tag: string, message: string): Promise<void> {
  const place = placeOf(tag);
  const made = `${place}.${process.pid}`;
  try {
    await mkdir(folder(), { recursive: true });
    await writeFile(made, message);
    await rename(made, place);
  } catch {
    // It costs a build.
  }
}
