import { commitName } from '../../../domain/bisect/commits/commit-search.ts';
import { BASE_REPOSITORY, shortHash } from '../build/tags.ts';
import { BUILD_PACKAGES, BUILD_SCRIPT } from './build-script.ts';

/** Bump when what was built is put into an image in another way. */
const RECIPE = 1;

/** Makes the tag of the build of a commit: the same for the same commit, recipe and base. */
export const buildTag = (hash: string, baseId: string): string =>
  `${BASE_REPOSITORY}:commit-${commitName(hash)}-${shortHash([String(RECIPE), hash, baseId, BUILD_SCRIPT, ...BUILD_PACKAGES])}`;

/** Makes the digest of a commit's build, wherever it was made. */
export const commitDigest = (hash: string): string => `git:${hash}`;
