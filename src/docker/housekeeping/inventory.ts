import type Docker from 'dockerode';
import { orderedPackages } from '../../domain/ruby/debian-packages.ts';
import type { Ruby, RubySource } from '../../domain/ruby/ruby.ts';
import type { RubyPresence } from '../../engine/ruby-presence.ts';
import { readContext } from '../images/build/context.ts';
import { tagWithPackages } from '../images/debian/recipe.ts';
import { servesRuby } from '../images/build/serves.ts';
import { LABELS, ownFilter } from '../labels.ts';

/** Finds out for every ruby whether the engine has its image or its base, in two calls to the engine. */
export async function inventory(
  docker: Docker,
  rubies: readonly Ruby[],
  imagesFolder: string,
): Promise<readonly RubyPresence[]> {
  const { hash } = await readContext(imagesFolder);
  const built = await docker.listImages({ filters: ownFilter({ [LABELS.content]: hash }) });
  const here = new Set((await docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []));
  return rubies.map((ruby) => ({
    ruby: ruby.name,
    // The last of several, the oldest: the engine lists the newest first.
    image:
      built.findLast(({ RepoTags, Labels }) => RepoTags?.[0] && servesRuby(ruby, Labels ?? {}))
        ?.RepoTags?.[0] ?? null,
    source: ruby.sources.find((source) => here.has(imageOf(source))) ?? null,
  }));
}

function imageOf(source: RubySource): string {
  // A matrix lists neither.
  if (source.kind === 'folder' || source.kind === 'commit') return '';
  if (source.kind === 'debian') return tagWithPackages(source.suite, orderedPackages(source.packages ?? []));
  const name = source.image.slice(source.image.lastIndexOf('/') + 1);
  return name.includes(':') || name.includes('@') ? source.image : `${source.image}:latest`;
}
