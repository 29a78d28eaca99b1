import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { Readable } from 'node:stream';
import tar from 'tar-fs';
import { messageOf } from '../../../domain/message-of.ts';
import { EngineError } from '../../../engine/ports.ts';

/** The files of images/, which go into every image, and a hash of them. */
export interface BuildContext {
  readonly folder: string;
  /** Paths of the files in it, sorted. */
  readonly files: readonly string[];
  /** Hash of names and contents; times, owners and permissions don't count. */
  readonly hash: string;
  readonly dockerfile: string;
}

/** Bump when images are made in another way from the same files. */
const RECIPE = 1;

/**
 * Reads images/.
 * @throws {EngineError} when it is not there: the package is broken then
 */
export async function readContext(folder: string): Promise<BuildContext> {
  const hash = createHash('sha256').update(`recipe ${RECIPE}\n`);
  try {
    const files = await filesOf(folder);
    for (const path of files) {
      const content = await readFile(join(folder, path));
      hash.update(`${path}\n${content.length}\n`).update(content);
    }
    const dockerfile = await readFile(join(folder, 'Dockerfile'), 'utf8');
    return { folder, files, hash: hash.digest('hex'), dockerfile };
  } catch (error) {
    throw new EngineError(
      `the parts that go into an image cannot be read: ${messageOf(error)}. Install the package again`,
      { cause: error },
    );
  }
}

/**
 * Packs the context into a tar that is the same, byte by byte, for the same files, so that the builder's
 * cache applies.
 */
export function packContext({ folder, files }: BuildContext): Readable {
  const pack = tar.pack(folder, {
    entries: [...files],
    map: (header) => ({ ...header, mtime: new Date(0), mode: 0o644, uid: 0, gid: 0 }),
  });
  return Readable.from(pack, { objectMode: false });
}

async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => relative(folder, path))
    .filter((path) => path.split('/').every(belongs))
    .sort();
}

/**
 * Tells whether a file belongs into the image, unlike files that editors and people leave beside the parts.
 */
function belongs(path: string): boolean {
  const name = basename(path);
  return !name.startsWith('.') && !name.endsWith('~') && !name.endsWith('.md') && !name.endsWith('.o');
}
