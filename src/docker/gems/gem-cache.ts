import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { randomUUID } from 'node:crypto';

/** A file that was downloaded before; null when there is none. */
export async function readCached(folder: string, source: URL, path: string): Promise<Uint8Array | null> {
  return readFile(placeOf(folder, source, path)).catch(() => null);
}

/** Keeps a file. A cache that cannot be written is no failure: the next install downloads again. */
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

/** By its hash: no name of a stranger becomes a path of this host. */
function placeOf(folder: string, source: URL, path: string): string {
  const hash = createHash('sha256').update(`${source.origin}${source.pathname}\n${path}`).digest('hex');
  return join(folder, hash.slice(0, 2), hash);
}
