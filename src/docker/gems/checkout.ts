import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { pack } from 'tar-stream';
import { commitName } from '../../domain/bisect/commits/commit-search.ts';
import { refuse, type Result } from '../../domain/result.ts';
import type { GemInstall } from '../../engine/ports.ts';
import { engineMessage } from '../connection/engine-errors.ts';
import { copyEntries, type PlaceEntry } from '../tar-context.ts';
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
    await copyEntries(Readable.from([input]), packed, placedIn('.'));
    await copyEntries(archive(checkout, signal), packed, placedIn(folder));
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
      `gem ${checkout.gem} at ${commitName(checkout.hash)}: its source cannot be read: ${engineMessage(error)}`,
    );
  }
  return { ok: true, value: { ...install, input: Buffer.concat(pieces), folders: [...folders, folder] } };
}

/** Puts files and folders below a folder; links of a repository may lead anywhere, and are left out where they leave it. */
const placedIn =
  (folder: string): PlaceEntry =>
  ({ name, type, mode, size, linkname }) => {
    const path = posix.normalize(posix.join(folder, name));
    if (path.startsWith('..') || path === '.' || path === './') return null;
    if (type === 'file') return { name: path, type, mode, size };
    if (type === 'directory') return { name: path, type, mode };
    const isInside = linkname && !posix.join(posix.dirname(path), linkname).startsWith('..');
    return type === 'symlink' && isInside ? { name: path, type, linkname } : null;
  };
