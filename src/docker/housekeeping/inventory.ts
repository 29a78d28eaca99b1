import type Docker from 'dockerode';
import type { Ruby, RubySource } from '../../domain/ruby.ts';
import { readContext } from '../images/context.ts';
import { recipeOf } from '../images/debian/recipe.ts';
import { LABELS, ownFilter } from '../labels.ts';

/** What is here of a ruby. */
export interface RubyPresence {
  readonly ruby: string;
  /** Tag of the image it would be measured in; null when that has to be built. */
  readonly image: string | null;
  /** The first of its sources that is here; null when it has to be pulled or made. */
  readonly source: RubySource | null;
}

/** Says of every ruby whether its image or its base is here, in two calls to the engine. */
export async function inventory(
  docker: Docker,
  rubies: readonly Ruby[],
  imagesFolder: string,
): Promise<readonly RubyPresence[]> {
  const { hash } = await readContext(imagesFolder);
  const built = new Map<string, string>();
  for (const { RepoTags, Labels } of await docker.listImages({
    filters: ownFilter({ [LABELS.content]: hash }),
  })) {
    const name = Labels?.[LABELS.ruby];
    if (name !== undefined && RepoTags?.[0]) built.set(name, RepoTags[0]);
  }
  const here = new Set((await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []));
  return rubies.map(({ name, sources }) => ({
    ruby: name,
    image: built.get(name) ?? null,
    source: sources.find((source) => here.has(imageOf(source))) ?? null,
  }));
}

function imageOf(source: RubySource): string {
  if (source.kind === 'debian') return recipeOf(source.suite).tag;
  const name = source.image.slice(source.image.lastIndexOf('/') + 1);
  return name.includes(':') || name.includes('@') ? source.image : `${source.image}:latest`;
}
