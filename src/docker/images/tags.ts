import { createHash } from 'node:crypto';

/** Repository of the images that scripts are measured in. */
export const IMAGE_REPOSITORY = 'matrix';
/** Repository of the bases made from Debian's packages. */
export const BASE_REPOSITORY = 'matrix-base';

/** Everything that decides what is in an image. */
export interface Ingredients {
  readonly contextHash: string;
  readonly baseId: string;
  readonly toolchainId: string;
  readonly rubyPath: string;
}

/** `matrix:2.3.6-0123456789ab`: the same tag means the same image, so one that is there is not built again. */
export function imageTag(rubyName: string, ingredients: Ingredients): string {
  const { contextHash, baseId, toolchainId, rubyPath } = ingredients;
  const hash = shortHash([contextHash, baseId, toolchainId, rubyPath]);
  return `${IMAGE_REPOSITORY}:${tagPart(rubyName)}-${hash}`;
}

export function shortHash(parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 12);
}

/** A name as it may stand in a tag: letters, digits, dots, dashes; neither first a dot or dash, nor too long. */
function tagPart(name: string): string {
  return name
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 100);
}
