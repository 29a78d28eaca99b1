import { createReadStream } from 'node:fs';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { extract, pack, type Header, type Pack } from 'tar-stream';

type DraftHeader = Partial<Header> & Pick<Header, 'name'>;

/** Chooses under which header an entry of a tar goes on; null: it is left out. */
export type PlaceEntry = (header: Header) => DraftHeader | null;

/** Copies the entries of one tar into another, a piece at a time. */
export async function copyEntries(from: Readable, into: Pack, place: PlaceEntry): Promise<void> {
  const entries = extract();
  from.on('error', (error) => entries.destroy(error)).pipe(entries);
  for await (const entry of entries) {
    const header = place(entry.header);
    if (header === null) {
      entry.resume();
      continue;
    }
    const copied = into.entry(header);
    if (header.type === 'file') {
      for await (const chunk of entry) {
        if (!copied.write(chunk)) await new Promise<void>((resolve) => copied.once('drain', () => resolve()));
      }
    } else entry.resume();
    copied.end(undefined);
  }
}

/** Streams the context of a build: a Dockerfile, and entries of a tar that came out of a container. */
export function tarContext(dockerfile: string, tarFile: string, place: PlaceEntry): Readable {
  const packed = pack();
  const write = async (): Promise<void> => {
    packed.entry({ name: 'Dockerfile' }, dockerfile);
    await copyEntries(createReadStream(tarFile), packed, place);
    packed.finalize();
  };
  write().catch((error: unknown) => packed.destroy(error as Error));
  return Readable.from(packed, { objectMode: false });
}

/** Makes an entry safe for an image: below the folder, owned by root, never setuid; null: left out. */
export function entryBelow(folder: string, { name, type, mode, size, linkname }: Header): DraftHeader | null {
  const isBelow = (path: string): boolean => path.startsWith(`${folder}/`);
  const path = posix.normalize(name);
  if (path !== folder && !isBelow(path)) return null;
  const common = { name: path, uid: 0, gid: 0, mtime: new Date(0) };
  if (type === 'file' || type === 'contiguous-file')
    return { ...common, type: 'file', size, mode: (mode & 0o111) === 0 ? 0o644 : 0o755 };
  if (type === 'directory') return { ...common, type, mode: 0o755 };
  if (type === 'link' && linkname) {
    const target = posix.normalize(linkname);
    return isBelow(target) ? { ...common, type, linkname: target } : null;
  }
  if (type !== 'symlink' || !linkname || linkname.startsWith('/')) return null;
  const target = posix.normalize(posix.join(posix.dirname(path), linkname));
  return isBelow(target) ? { ...common, type, linkname, mode: 0o777 } : null;
}
