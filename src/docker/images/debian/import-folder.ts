import { relative } from 'node:path';
import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import tar from 'tar-fs';
import { refuse, type Done } from '../../../domain/result.ts';
import { LABELS, PROJECT } from '../../labels.ts';
import { followToEnd } from '../../follow-to-end.ts';
import type { Recipe } from './recipe.ts';

/** Folders that a container provides itself, and those that only apt needs. */
const LEFT_OUT = [
  /^(dev|proc|sys|run)\/./,
  /^var\/cache\/apt\/./,
  /^var\/lib\/apt\/lists\/./,
  /^var\/log\/./,
  /^usr\/share\/(doc|man|info|locale)\/./,
];

/**
 * Imports a root file system as an image, streamed. A failure is a value.
 * @param platform platform of the image, `linux/arm64`, when it is not the engine's own
 */
export async function importFolder(
  docker: Docker,
  folder: string,
  { suite, tag }: Recipe,
  signal: AbortSignal,
  platform?: string,
): Promise<Done> {
  const [repo = '', version = ''] = tag.split(':');
  // Not strict: sockets, pipes and devices are left out.
  const packOptions = {
    strict: false,
    // Permissions as they are: /tmp must stay open to everybody, whatever the umask of this process.
    umask: 0,
    ignore: (path: string) => LEFT_OUT.some((pattern) => pattern.test(relative(folder, path))),
  };
  const pack = Readable.from(tar.pack(folder, packOptions), { objectMode: false });
  const changes = [`LABEL ${PROJECT.key}=${PROJECT.value}`, `LABEL ${LABELS.recipe}=${suite}`];
  const options = { repo, tag: version, changes, abortSignal: signal, ...(platform ? { platform } : {}) };
  const imported = await followToEnd(() => docker.importImage(pack, options), signal);
  return imported.ok ? imported : refuse(describeImportError(imported.message));
}

function describeImportError(message: string): string {
  const remedy = /no space left/i.test(message)
    ? '. There is no room on the disk of the engine: docker system df shows what takes it, matrix images prune removes those of matrix'
    : '';
  return `the engine could not import it: ${message}${remedy}`;
}
