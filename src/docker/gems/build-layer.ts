import type Docker from 'dockerode';
import { refuse, type Done } from '../../domain/result.ts';
import { LABELS } from '../labels.ts';
import { buildOffline } from '../follow-to-end.ts';
import { entryBelow, tarContext, type PlaceEntry } from '../tar-context.ts';

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

/** Adds the installed gems to a ruby's image. Nothing is run: files are copied, owned by root. */
export async function buildLayer(docker: Docker, request: LayerRequest, signal: AbortSignal): Promise<Done> {
  const { tag, from, layer, list } = request;
  const dockerfile = `FROM ${from}\nCOPY ${NAME} /opt/${NAME}\n`;
  const labels = {
    [LABELS.gems]: list,
    // The base has this label, too: without another value the two could not be distinguished.
    [LABELS.ruby]: `${NAME} of ${from}`,
  };
  const context = tarContext(dockerfile, layer, safeEntry);
  const built = await buildOffline(docker, context, { tag, labels }, signal);
  return built.ok ? built : refuse(`the image of the gems could not be built: ${built.message}`);
}

/** Makes an entry of the installer's tar safe for an image; null: left out, as hard links are. */
export const safeEntry: PlaceEntry = (header) => (header.type === 'link' ? null : entryBelow(NAME, header));
