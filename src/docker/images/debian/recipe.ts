import { BASE_REPOSITORY, shortHash } from '../build/tags.ts';

/**
 * Packages of a Debian base besides the bare system: Debian's ruby, the compiler for the parts, and `ps`, by
 * which scripts read their own size.
 */
const PACKAGES = ['ruby', 'gcc', 'libc6-dev', 'procps'] as const;

/** Path of Debian's ruby. */
export const DEBIAN_RUBY = '/usr/bin/ruby';

/** Bump when bases are made in another way from the same packages. */
const RECIPE = 3;

/** How the base of a suite is made, and its tag, which changes with the recipe. */
export interface Recipe {
  readonly suite: string;
  readonly tag: string;
  /** Arguments of debootstrap before the suite. */
  readonly options: readonly string[];
}

/** Makes the recipe of a suite: the same for the same packages and options. */
export function recipeOf(suite: string): Recipe {
  // No base is made of packages that could not be verified. The mirror is debootstrap's own default.
  const options = ['--variant=minbase', '--force-check-gpg', `--include=${PACKAGES.join(',')}`];
  const hash = shortHash([String(RECIPE), suite, ...options]);
  return { suite, tag: `${BASE_REPOSITORY}:${suite}-${hash}`, options };
}

/** Bump when packages are added in another way. */
const ADDED = 3;

/** Makes the tag of a base with further packages. */
export function tagWithPackages(suite: string, packages: readonly string[]): string {
  const { tag } = recipeOf(suite);
  return packages.length === 0 ? tag : `${tag}-${shortHash([String(ADDED), ...packages])}`;
}
