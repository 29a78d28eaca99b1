import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

const PREFIX = /CONFIG\["prefix"\] = \(TOPDIR \|\| DESTDIR \+ "([^"]+)"\)|CONFIG\["prefix"\] = "(\/[^"]*)"/;

/** A path that files may be put at in an image: absolute, plain, and none that the system itself lies in. */
const SAFE = /^\/(?!(bin|boot|dev|etc|lib\w*|proc|run|sbin|sys|tmp|var)(\/|$))(?!.*\.\.)[\w./+@-]+$/;

/** The prefix that a ruby was configured with, as its rbconfig says; null where there is none, or it is no place for it. */
export async function prefixIn(folder: string, files: readonly string[]): Promise<string | null> {
  for (const path of files.filter((file) => basename(file) === 'rbconfig.rb')) {
    const found = PREFIX.exec(await readFile(join(folder, path), 'utf8'));
    const prefix = (found?.[1] ?? found?.[2] ?? '').replace(/(?<=.)\/+$/, '');
    if (SAFE.test(prefix)) return prefix;
  }
  return null;
}
