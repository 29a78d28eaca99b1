import type { Base } from './base.ts';
import { baseFromImage } from './image-source.ts';
import { baseFromDebian } from '../debian/debian-source.ts';
import type { SourceContext } from './source-context.ts';

/** An official image on an old libc: what is compiled there runs on any newer one. */
const OLD_OFFICIAL = 'ruby:2.3.8';
/** The oldest Debian that a base is made of. */
const OLD_DEBIAN = 'bullseye';

/**
 * Returns where the parts for a base are compiled: in the base itself, which is right by construction, but for slim
 * images, which have no compiler: in the full image of the same release.
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
 * Another compiler for a base that turned out to have none, for the same architecture and on as old a libc as can be
 * had; or null.
 */
export async function otherToolchain({ arch }: Base, context: SourceContext): Promise<string | null> {
  const official = await baseFromImage({ kind: 'official', image: OLD_OFFICIAL }, context);
  if (official.ok && official.value.arch === arch) return official.value.reference;
  const debian = await baseFromDebian({ kind: 'debian', suite: OLD_DEBIAN }, context);
  return debian.ok && debian.value.arch === arch ? debian.value.reference : null;
}

/** `ruby:2.7.8-bullseye` for `ruby:2.7.8-slim-bullseye`; null for an image that is not slim. */
export function fullImageOf(reference: string): string | null {
  const full = reference.replace(/-slim(?=-|$)/, '');
  return full === reference ? null : full;
}
