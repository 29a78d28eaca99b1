import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseGemList } from '../../domain/ruby/gems.ts';
import type { GemInstall, PreparedImageResult, PreparedImage } from '../../engine/ports.ts';
import { engineMessage, httpStatusOf } from '../connection/engine-errors.ts';
import { findImage } from '../images/base/find-image.ts';
import { GEMS_REPOSITORY, shortHash } from '../images/build/tags.ts';
import { LABELS } from '../labels.ts';
import type { StartContext } from '../run/start-cell.ts';
import { buildLayer } from './build-layer.ts';
import { runInstaller } from './run-installer.ts';
import type { Archive } from '../images/base/source-context.ts';
import { withCheckout } from './checkout.ts';
import { trimCache } from './gem-cache.ts';
import { GemSource } from './gem-source.ts';

export interface InstallContext extends StartContext {
  /** Folder for what is downloaded and for a layer while it is made. */
  readonly scratchFolder: string;
  readonly cacheFolder: string;
  readonly archive: Archive;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

/** Repository of the images that have gems. */

/**
 * Makes the tag of an image with these gems: the same for the same ruby, parts, Gemfile, lock, files and
 * source.
 */
export function gemsTag(image: PreparedImage, install: GemInstall): string {
  const { gems, folders, gemfile, lockfile, inline, input, env, policy, checkout = null } = install;
  const asked = JSON.stringify([
    gems,
    folders,
    gemfile,
    lockfile,
    inline,
    env,
    policy.source,
    policy.names,
    ...(checkout === null ? [] : [checkout.hash, checkout.folder]),
  ]);
  const ruby = image.tag.replace(/^[^:]*:/, '').replace(/-[0-9a-f]{12}$/, '');
  const files = Buffer.from(input).toString('latin1');
  return `${GEMS_REPOSITORY}:${ruby}-${shortHash([image.tag, asked, files])}`;
}

/**
 * Finds the image that has these gems, or makes it: they are installed in a container that reaches nothing
 * but the gem source, and the result is a layer on the ruby's image. Failures are values.
 */
export async function installGems(
  image: PreparedImage,
  install: GemInstall,
  context: InstallContext,
): Promise<PreparedImageResult> {
  const { docker, signal } = context;
  const tag = gemsTag(image, install);
  try {
    const here = await findImage(docker, tag);
    if (here !== null) return withGems({ ...image, id: here.id }, tag, here.labels[LABELS.gems]);
    return await make(image, install, tag, context);
  } catch (error) {
    signal.throwIfAborted();
    const kind = httpStatusOf(error) === null ? 'the connection to the engine was lost' : 'the engine failed';
    return {
      ok: false,
      kind: 'engine-error',
      message: `${kind} (${engineMessage(error)}): run matrix doctor for details`,
    };
  }
}

const withGems = (image: PreparedImage, tag: string, list: string | undefined): PreparedImageResult => ({
  ok: true,
  value: { ...image, tag, gems: parseGemList(list ?? '') },
});

async function make(
  image: PreparedImage,
  install: GemInstall,
  tag: string,
  context: InstallContext,
): Promise<PreparedImageResult> {
  const folder = await mkdtemp(join(context.scratchFolder, 'matrix-gems-'));
  try {
    const source = new GemSource(install.policy, context.cacheFolder, context.signal);
    const layer = join(folder, 'layer.tar');
    const whole = await withCheckout(install, context);
    if (!whole.ok) return { ok: false, kind: 'gems-unavailable', message: whole.message };
    const installed = await runInstaller(image, whole.value, source, layer, context);
    if (!installed.ok) return { ok: false, kind: 'gems-unavailable', message: installed.message };
    context.progress('making an image of the gems');
    const list = installed.value.map(({ name, version }) => `${name} ${version}`).join(',');
    const built = await buildLayer(context.docker, { tag, from: image.tag, layer, list }, context.signal);
    if (!built.ok) return { ok: false, kind: 'gems-unavailable', message: built.message };
    const made = await findImage(context.docker, tag);
    return made === null ? withGems(image, tag, list) : withGems({ ...image, id: made.id }, tag, list);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await trimCache(context.cacheFolder);
  }
}
