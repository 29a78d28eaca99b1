import type { Ruby, RubySource } from '../../../domain/ruby/ruby.ts';
import { LABELS } from '../../labels.ts';
import { commitDigest } from '../commit/build-tag.ts';
import { digestOf } from '../folder/folder-source.ts';
import { allocatorIn } from '../allocator/allocator-label.ts';
import { holdsPackages } from '../debian/package-list.ts';

/** Tells by its labels whether an image is one of the ruby as it is requested. */
export function servesRuby(ruby: Ruby, labels: Readonly<Record<string, string>>): boolean {
  return (
    labels[LABELS.ruby] === ruby.name &&
    allocatorIn(labels[LABELS.allocator]).name === (ruby.allocator ?? null) &&
    ruby.sources.some((source) => isBuiltFrom(source, labels))
  );
}

function isBuiltFrom(source: RubySource, labels: Readonly<Record<string, string>>): boolean {
  if (labels[LABELS.source] !== source.kind) return false;
  if (source.kind === 'image' && source.own !== undefined && labels[LABELS.digest] !== source.own.digest)
    return false;
  switch (source.kind) {
    case 'official':
    case 'image':
      // What is behind the name reports another architecture.
      return (labels[LABELS.base] ?? '').split(' ')[0] === source.image;
    case 'folder':
      return (
        labels[LABELS.digest] === digestOf(source.hash) &&
        holdsPackages(labels[LABELS.packages], source.packages)
      );
    case 'commit':
      return labels[LABELS.digest] === commitDigest(source.hash);
    case 'debian':
      return holdsPackages(labels[LABELS.packages], source.packages);
  }
}
