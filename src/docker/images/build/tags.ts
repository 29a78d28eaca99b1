import { createHash } from 'node:crypto';

/** Repository of the images that scripts are measured in. */
export const IMAGE_REPOSITORY = 'matrix';
/** Repository of images with gems in them. */
export const GEMS_REPOSITORY = 'matrix-gems';
/** Repository of the bases made from Debian packages. */
export const BASE_REPOSITORY = 'matrix-base';

/**
 * What decides the content of an image. The compiler is not part of it: it follows from the base, and looking
 * for it would cost a pull even if the image exists already.
 */
export interface Ingredients {
  readonly contextHash: string;
  readonly baseId: string;
  readonly rubyPath: string;
}

/**
 * Makes the tag of an image, `matrix:2.3.6-0123456789ab`: the same tag means the same image, so an existing
 * one is not built again.
 */
export function imageTag(rubyName: string, ingredients: Ingredients): string {
  const { contextHash, baseId, rubyPath } = ingredients;
  const hash = shortHash([contextHash, baseId, rubyPath]);
  return `${IMAGE_REPOSITORY}:${tagPart(rubyName)}-${hash}`;
}

/** Hashes texts to twelve hexadecimal digits, enough to tell images apart. */
export function shortHash(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 12);
}

/** Makes a name valid for a tag: letters, digits, dots, dashes; neither first a dot or dash, nor too long. */
export function tagPart(name: string): string {
  return name
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 100);
}
