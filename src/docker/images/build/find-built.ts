import type Docker from 'dockerode';
import type { Ruby, RubySource } from '../../../domain/ruby/ruby.ts';
import type { PreparedImage } from '../../../engine/ports.ts';
import { LABELS, ownFilter } from '../../labels.ts';
import { allocatorIn } from '../allocator/allocator-label.ts';
import { packagesIn } from '../debian/package-list.ts';
import { servesRuby } from './serves.ts';

/**
 * Finds an image of a ruby that was built from these parts, whatever became of its base; null when there is
 * none.
 */
export async function findBuilt(
  docker: Docker,
  ruby: Ruby,
  contentHash: string,
): Promise<PreparedImage | null> {
  const filters = ownFilter({ [LABELS.ruby]: ruby.name, [LABELS.content]: contentHash });
  for (const { Id, RepoTags, Labels } of await docker.listImages({ filters })) {
    const image = servesRuby(ruby, Labels ?? {}) ? fromLabels(RepoTags?.[0], Labels ?? {}) : null;
    if (image) return { ...image, id: Id, own: ownOf(ruby) };
  }
  return null;
}

function ownOf({ sources }: Ruby): PreparedImage['own'] {
  return sources.flatMap((source) => (source.kind === 'image' ? (source.own ?? []) : []))[0];
}

function fromLabels(tag: string | undefined, labels: Readonly<Record<string, string>>): PreparedImage | null {
  const { [LABELS.base]: base, [LABELS.digest]: digest } = labels;
  const { [LABELS.source]: source, [LABELS.rubyPath]: ruby } = labels;
  if (!tag || !base || !digest || !ruby || !isSource(source)) return null;
  const packages = [
    ...packagesIn(labels[LABELS.packages]),
    ...allocatorIn(labels[LABELS.allocator]).packages,
  ];
  return { tag, base, digest, source, ruby, packages };
}

function isSource(text: string | undefined): text is RubySource['kind'] {
  return ['official', 'image', 'debian', 'folder', 'commit'].includes(text ?? '');
}
