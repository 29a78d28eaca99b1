import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { posix } from 'node:path';
import { Readable } from 'node:stream';
import { extract, pack, type Header } from 'tar-stream';
import { refuse, type Done } from '../../../domain/result.ts';
import { CLASSIC_BUILDER, followToEnd } from '../../follow-to-end.ts';
import { LABELS, PROJECT } from '../../labels.ts';
import type { SourceContext } from '../base/source-context.ts';
import { DEBIANS_RUBY } from '../folder/folder-source.ts';
import { PREFIX } from './build-script.ts';
import { commitDigest } from './build-tag.ts';

const FOLDER = 'ruby';

export interface PackRequest {
  readonly tag: string;
  readonly from: string;
  readonly hash: string;
}

/** Packs an installed ruby into an image in place of Debian's own. Nothing of it is run. */
export async function packBuild(
  installed: string,
  { tag, from, hash }: PackRequest,
  { docker, signal }: SourceContext,
): Promise<Done> {
  const { size } = await stat(installed);
  const dockerfile = `FROM ${from}\nRUN ${DEBIANS_RUBY}\nCOPY ${FOLDER} ${PREFIX}\n`;
  const options = {
    t: tag,
    ...CLASSIC_BUILDER,
    networkmode: 'none',
    labels: {
      [PROJECT.key]: PROJECT.value,
      [LABELS.digest]: commitDigest(hash),
      [LABELS.commit]: hash,
      [LABELS.bytes]: String(size),
    },
  };
  const start = (): Promise<NodeJS.ReadableStream> =>
    docker.buildImage(context(installed, dockerfile), { ...options, abortSignal: signal });
  const built = await followToEnd(start, signal);
  return built.ok ? built : refuse(`it could not be packed into an image: ${built.message}`);
}

/** Streams the context of the image: the Dockerfile, and the build's files, owned by root. */
function context(installed: string, dockerfile: string): Readable {
  const packed = pack();
  const write = async (): Promise<void> => {
    packed.entry({ name: 'Dockerfile' }, dockerfile);
    const entries = extract();
    createReadStream(installed)
      .on('error', (error) => entries.destroy(error))
      .pipe(entries);
    for await (const entry of entries) {
      const header = placed(entry.header);
      if (header === null) {
        entry.resume();
        continue;
      }
      const into = packed.entry(header);
      if (header.type === 'file') {
        for await (const chunk of entry)
          if (!into.write(chunk)) await new Promise<void>((resolve) => into.once('drain', () => resolve()));
      } else entry.resume();
      into.end(undefined);
    }
    packed.finalize();
  };
  write().catch((error: unknown) => packed.destroy(error as Error));
  return Readable.from(packed, { objectMode: false });
}

type DraftHeader = Partial<Header> & Pick<Header, 'name'>;

/** Makes an entry safe for an image: below its folder, owned by root, never setuid; null: left out. */
function placed({ name, type, mode, size, linkname }: Header): DraftHeader | null {
  const path = posix.normalize(posix.join(FOLDER, name));
  if (path !== FOLDER && path !== `${FOLDER}/` && !path.startsWith(`${FOLDER}/`)) return null;
  const common = { name: path, uid: 0, gid: 0, mtime: new Date(0) };
  if (type === 'file' || type === 'contiguous-file')
    return { ...common, type: 'file', size, mode: (mode & 0o111) === 0 ? 0o644 : 0o755 };
  if (type === 'directory') return { ...common, type, mode: 0o755 };
  if (type === 'link' && linkname) {
    const target = posix.normalize(posix.join(FOLDER, linkname));
    return target.startsWith(`${FOLDER}/`) ? { ...common, type, linkname: target } : null;
  }
  if (type !== 'symlink' || !linkname || linkname.startsWith('/')) return null;
  const target = posix.normalize(posix.join(posix.dirname(path), linkname));
  return target.startsWith(`${FOLDER}/`) ? { ...common, type, linkname, mode: 0o777 } : null;
}
