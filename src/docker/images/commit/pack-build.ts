import { stat } from 'node:fs/promises';
import { posix } from 'node:path';
import { refuse, type Done } from '../../../domain/result.ts';
import { buildOffline } from '../../follow-to-end.ts';
import { LABELS } from '../../labels.ts';
import { entryBelow, tarContext, type PlaceEntry } from '../../tar-context.ts';
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
  const labels = {
    [LABELS.digest]: commitDigest(hash),
    [LABELS.commit]: hash,
    [LABELS.bytes]: String(size),
  };
  const context = tarContext(dockerfile, installed, placed);
  const built = await buildOffline(docker, context, { tag, labels }, signal);
  return built.ok ? built : refuse(`it could not be packed into an image: ${built.message}`);
}

/** Moves an entry of the installed files below their folder of the context; null: left out. */
const placed: PlaceEntry = (header) => {
  const below = (path: string): string => posix.join(FOLDER, path);
  const { name, type, linkname } = header;
  const target = type === 'link' && linkname ? below(linkname) : linkname;
  return entryBelow(FOLDER, { ...header, name: below(name), linkname: target });
};
