import type { Base } from './base.ts';
import { baseFromImage } from './image-source.ts';
import { baseFromDebian } from '../debian/debian-source.ts';
import type { SourceContext } from './source-context.ts';

/** An official image on an old libc: what is compiled there runs on any newer one. */
const OLD_OFFICIAL = 'ruby:2.3.8';
/** The oldest Debian that a base is made of. */
const OLD_DEBIAN = 'bullseye';

/**
 * Chooses the image in which the parts for a base are compiled: the base itself, which always fits, or, for
 * slim images, which have no compiler, the full image of the same release.
 */
export async function toolchainFor(base: Base, context: SourceContext): Promise<string> {
  const full = fullImageOf(base.reference);
  if (full !== null) {
    const result = await baseFromImage({ kind: 'official', image: full }, context);
    if (result.ok) return result.value.reference;
  }
  return base.reference;
}

/**
 * Chooses another compiler for a base that has none, for the same architecture and on as old a libc as
 * possible; or null.
 */
export async function otherToolchain({ arch }: Base, context: SourceContext): Promise<string | null> {
  const official = await baseFromImage({ kind: 'official', image: OLD_OFFICIAL }, context);
  if (official.ok && official.value.arch === arch) return official.value.reference;
  const debian = await baseFromDebian({ kind: 'debian', suite: OLD_DEBIAN }, context);
  return debian.ok && debian.value.arch === arch ? debian.value.reference : null;
}

/**
 * Names the full image of a slim one: `ruby:2.7.8-bullseye` for `ruby:2.7.8-slim-bullseye`; null for an image
 * that is not slim.
 */
export function fullImageOf(reference: string): string | null {
  const full = reference.replace(/-slim(?=-|$)/, '');
  return full === reference ? null : full;
}
