import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

const PREFIX = /CONFIG\["prefix"\] = \(TOPDIR \|\| DESTDIR \+ "([^"]+)"\)|CONFIG\["prefix"\] = "(\/[^"]*)"/;

/** Paths at which files may be put in an image: absolute, plain, and outside of the system's own folders. */
const SAFE = /^\/(?!(bin|boot|dev|etc|lib\w*|proc|run|sbin|sys|tmp|var)(\/|$))(?!.*\.\.)[\w./+@-]+$/;

/**
 * Reads the prefix that a ruby was configured with from its rbconfig; null where there is none, or it is not
 * allowed.
 */
export async function prefixIn(folder: string, files: readonly string[]): Promise<string | null> {
  for (const path of files.filter((file) => basename(file) === 'rbconfig.rb')) {
    const found = PREFIX.exec(await readFile(join(folder, path), 'utf8'));
    const prefix = (found?.[1] ?? found?.[2] ?? '').replace(/(?<=.)\/+$/, '');
    if (SAFE.test(prefix)) return prefix;
  }
  return null;
}
