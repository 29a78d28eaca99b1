import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Most bytes of the cache; the least recently used files are removed first. */
const MOST_BYTES = 2 * 1024 ** 3;

/** Returns the user's own folder for gems that were downloaded. */
export const gemCacheFolder = (): string => join(homedir(), '.cache', 'matrix-leak', 'gems');

/** Reads a file that was downloaded before; null when there is none. */
export async function readCached(folder: string, source: URL, path: string): Promise<Uint8Array | null> {
  const place = placeOf(folder, source, path);
  const content = await readFile(place).catch(() => null);
  const now = new Date();
  if (content !== null) await utimes(place, now, now).catch(() => {});
  return content;
}

/** Removes the least recently used files until the cache is small enough. */
export async function trimCache(folder: string, mostBytes = MOST_BYTES): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async ({ parentPath, name }) => {
        const path = join(parentPath, name);
        const about = await stat(path).catch(() => null);
        return { path, bytes: about?.size ?? 0, usedAt: about?.mtimeMs ?? 0 };
      }),
  );
  let left = files.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const { path, bytes } of files.toSorted((a, b) => a.usedAt - b.usedAt)) {
    if (left <= mostBytes) return;
    await rm(path, { force: true }).catch(() => {});
    left -= bytes;
  }
}

/** Stores a file. A cache that cannot be written is not a failure: the next install downloads again. */
export async function writeCached(
  folder: string,
  source: URL,
  path: string,
  bytes: Uint8Array,
): Promise<void> {
  const place = placeOf(folder, source, path);
  const made = `${place}.${randomUUID()}`;
  try {
    await mkdir(dirname(place), { recursive: true, mode: 0o700 });
    await writeFile(made, bytes, { mode: 0o600 });
    await rename(made, place);
  } catch {
    await rm(made, { force: true }).catch(() => {});
  }
}

/** Chooses the path of a file: a hash, so that no foreign name becomes a path of this host. */
function placeOf(folder: string, source: URL, path: string): string {
  const hash = createHash('sha256').update(`${source.origin}${source.pathname}\n${path}`).digest('hex');
  return join(folder, hash.slice(0, 2), hash);
}
