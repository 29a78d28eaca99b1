import { createReadStream } from 'node:fs';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { extract, pack, type Header } from 'tar-stream';
import { refuse, type Done } from '../../domain/result.ts';
import { LABELS, PROJECT } from '../labels.ts';
import { CLASSIC_BUILDER, followToEnd } from '../follow-to-end.ts';

export interface LayerRequest {
  readonly tag: string;
  /** Image the layer continues. */
  readonly from: string;
  /** The tar that came out of the installer. */
  readonly layer: string;
  /** Its gems, as a label. */
  readonly list: string;
}

const NAME = 'matrix-gems';

type DraftHeader = Partial<Header> & Pick<Header, 'name'>;

/** Adds the installed gems to a ruby's image. Nothing is run: files are copied, owned by root. */
export async function buildLayer(docker: Docker, request: LayerRequest, signal: AbortSignal): Promise<Done> {
  const { tag, from, list } = request;
  const options = {
    t: tag,
    ...CLASSIC_BUILDER,
    networkmode: 'none',
    labels: {
      [PROJECT.key]: PROJECT.value,
      [LABELS.gems]: list,
      // The base has this label, too: without another value the two could not be distinguished.
      [LABELS.ruby]: `${NAME} of ${from}`,
    },
  };
  const start = (): Promise<NodeJS.ReadableStream> =>
    docker.buildImage(context(request), { ...options, abortSignal: signal });
  const built = await followToEnd(start, signal);
  return built.ok ? built : refuse(`the image of the gems could not be built: ${built.message}`);
}

/**
 * Streams the context of the build from the installer's tar: regular files, folders and links that stay
 * inside.
 */
function context({ from, layer }: LayerRequest): Readable {
  const packed = pack();
  const write = async (): Promise<void> => {
    packed.entry({ name: 'Dockerfile' }, `FROM ${from}\nCOPY ${NAME} /opt/${NAME}\n`);
    const entries = extract();
    createReadStream(layer)
      .on('error', (error) => entries.destroy(error))
      .pipe(entries);
    for await (const entry of entries) {
      const header = safeEntry(entry.header);
      if (header === null) {
        entry.resume();
        continue;
      }
      const into = packed.entry(header);
      if (header.type === 'file') {
        for await (const chunk of entry) {
          if (!into.write(chunk)) await new Promise<void>((resolve) => into.once('drain', () => resolve()));
        }
      } else entry.resume();
      into.end(undefined);
    }
    packed.finalize();
  };
  write().catch((error: unknown) => packed.destroy(error as Error));
  return Readable.from(packed, { objectMode: false });
}

/** Makes a tar entry safe for an image: owned by root, never setuid; null: left out. */
export function safeEntry({ name, type, mode, size, linkname }: Header): DraftHeader | null {
  const path = posix.normalize(name);
  if (path !== NAME && path !== `${NAME}/` && !path.startsWith(`${NAME}/`)) return null;
  const common = { name: path, uid: 0, gid: 0, mtime: new Date(0) };
  if (type === 'file' || type === 'contiguous-file') {
    return { ...common, type: 'file', size, mode: (mode & 0o111) === 0 ? 0o644 : 0o755 };
  }
  if (type === 'directory') return { ...common, type, mode: 0o755 };
  if (type !== 'symlink' || !linkname || linkname.startsWith('/')) return null;
  const target = posix.normalize(posix.join(posix.dirname(path), linkname));
  return target.startsWith(`${NAME}/`) ? { ...common, type, linkname, mode: 0o777 } : null;
}
