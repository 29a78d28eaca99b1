import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { extract, pack } from 'tar-stream';
import { commitName } from '../../domain/bisect/commits/commit-search.ts';
import { refuse, type Result } from '../../domain/result.ts';
import type { GemInstall } from '../../engine/ports.ts';
import { messageOf } from '../connection/engine-errors.ts';
import type { Archive } from '../images/base/source-context.ts';

/** Adds the files of a gem's commit to those that go into the installer, as a folder that holds a gemspec. */
export async function withCheckout(
  install: GemInstall,
  { archive, signal }: { readonly archive: Archive; readonly signal: AbortSignal },
): Promise<Result<GemInstall>> {
  const { checkout = null, input, folders, policy } = install;
  if (checkout === null) return { ok: true, value: install };
  const folder = `matrix-checkout/${checkout.gem}`;
  const packed = pack();
  const pieces: Buffer[] = [];
  const write = async (): Promise<void> => {
    await copy(Readable.from([input]), packed, '.');
    await copy(archive(checkout, signal), packed, folder);
    packed.finalize();
  };
  const most = policy.megabytes * 1024 * 1024;
  let bytes = 0;
  try {
    const written = write().catch((error: unknown) => packed.destroy(error as Error));
    for await (const piece of packed) {
      bytes += (piece as Buffer).length;
      if (bytes > most) return refuse(`its source holds more than ${policy.megabytes} MB`);
      pieces.push(piece as Buffer);
    }
    await written;
  } catch (error) {
    signal.throwIfAborted();
    return refuse(
      `gem ${checkout.gem} at ${commitName(checkout.hash)}: its source cannot be read: ${messageOf(error)}`,
    );
  }
  return { ok: true, value: { ...install, input: Buffer.concat(pieces), folders: [...folders, folder] } };
}

/** Copies files and folders; links of a repository may lead anywhere, and are left out where they leave it. */
async function copy(from: Readable, into: ReturnType<typeof pack>, folder: string): Promise<void> {
  const entries = extract();
  from.on('error', (error) => entries.destroy(error)).pipe(entries);
  for await (const entry of entries) {
    const { name, type, mode, size, linkname } = entry.header;
    const path = posix.normalize(posix.join(folder, name));
    if (path.startsWith('..') || path === '.' || path === './') {
      entry.resume();
      continue;
    }
    if (type === 'file') {
      const file = into.entry({ name: path, type, mode, size });
      for await (const chunk of entry)
        if (!file.write(chunk)) await new Promise<void>((resolve) => file.once('drain', () => resolve()));
      file.end(undefined);
      continue;
    }
    entry.resume();
    if (type === 'directory') into.entry({ name: path, type, mode });
    if (type === 'symlink' && linkname && !posix.join(posix.dirname(path), linkname).startsWith('..'))
      into.entry({ name: path, type, linkname });
  }
}
