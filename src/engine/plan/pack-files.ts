import { pack } from 'tar-stream';
import { buffer } from 'node:stream/consumers';

/** A file that is in the script's working directory; `path` is relative to it. */
export interface InputFile {
  readonly path: string;
  readonly content: Uint8Array;
}

/** Modification time of every file, so that the same files give the same bytes. */
const MOMENT = new Date(0);

/** Packs the files of a container into a tar; the supervisor unpacks it in the script's working directory. */
export async function packInput(files: readonly InputFile[]): Promise<Uint8Array> {
  const tar = pack();
  const whole = buffer(tar);
  for (const { path, content } of files) {
    tar.entry({ name: path, mode: 0o644, mtime: MOMENT }, Buffer.from(content));
  }
  tar.finalize();
  return whole;
}
