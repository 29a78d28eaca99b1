import type Docker from 'dockerode';
import { engineMessage } from '../connection/engine-errors.ts';
import { readContext } from '../images/build/context.ts';
import { recipeOf } from '../images/debian/recipe.ts';
import { BASE_REPOSITORY, GEMS_REPOSITORY, IMAGE_REPOSITORY } from '../images/build/tags.ts';
import { LABELS, ownFilter } from '../labels.ts';

export interface PruneOptions {
  readonly docker: Docker;
  readonly imagesFolder: string;
  /** Also remove images that are still used: the next run builds them again. */
  readonly all: boolean;
  /** Bases made from Debian packages are removed as well: with `all` every one, else those of old recipes. */
  readonly bases: boolean;
}

/** Result of pruning. `freedBytes` is an upper bound, since images share layers. */
export interface Pruned {
  readonly removed: readonly string[];
  readonly freedBytes: number;
  /** Images that could not be removed, with the engine's reason. */
  readonly kept: readonly { readonly image: string; readonly reason: string }[];
}

/** Removes images of this project that no run would use any more. Images of others are never touched. */
export async function prune({ docker, imagesFolder, all, bases }: PruneOptions): Promise<Pruned> {
  const { hash } = await readContext(imagesFolder);
  const removed: string[] = [];
  const kept: Pruned['kept'][number][] = [];
  let freedBytes = 0;
  for (const image of await docker.listImages({ filters: ownFilter() })) {
    const tags = (image.RepoTags ?? []).filter((tag) => !tag.startsWith('<none>'));
    // Images built on ours inherit the labels; the name shows whose they are.
    if (tags.some((tag) => !isOurs(tag))) continue;
    const name = tags[0] ?? image.Id;
    const isBase = name.startsWith(`${BASE_REPOSITORY}:`);
    if (isBase && !bases) continue;
    if (!all && (isBase ? isCurrentBase(name) : isCurrent(image.Labels, tags, hash))) continue;
    try {
      await docker.getImage(name).remove();
      removed.push(name);
      freedBytes += image.Size;
    } catch (error) {
      kept.push({ image: name, reason: engineMessage(error) });
    }
  }
  if (bases) await pruneCaches(docker, removed, kept);
  return { removed, freedBytes, kept };
}

/** Removes what was compiled for builds of commits. */
async function pruneCaches(docker: Docker, removed: string[], kept: Pruned['kept'][number][]): Promise<void> {
  const { Volumes } = await docker.listVolumes({ filters: ownFilter() });
  for (const { Name } of Volumes ?? []) {
    try {
      await docker.getVolume(Name).remove();
      removed.push(Name);
    } catch (error) {
      kept.push({ image: Name, reason: engineMessage(error) });
    }
  }
}

const isOurs = (tag: string): boolean =>
  [IMAGE_REPOSITORY, BASE_REPOSITORY, GEMS_REPOSITORY].some((repository) => tag.startsWith(`${repository}:`));

function isCurrent(
  labels: Readonly<Record<string, string>> | undefined,
  tags: readonly string[],
  hash: string,
): boolean {
  // An image without a tag is a stage of a build: as the builder's cache it is only useful beside a current
  // image.
  return tags.length > 0 && labels?.[LABELS.content] === hash;
}

function isCurrentBase(tag: string): boolean {
  const suite = tag.slice(`${BASE_REPOSITORY}:`.length).split('-')[0] ?? '';
  const current = recipeOf(suite).tag;
  return tag === current || tag.startsWith(`${current}-`);
}
