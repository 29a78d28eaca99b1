import type { RubyVersion } from '../../domain/ruby/ruby.ts';

/** The first Bundler that no longer runs on rubies older than a release. */
const TOO_NEW: readonly (readonly [major: number, minor: number, bundler: string])[] = [
  [2, 3, '2'],
  [2, 6, '2.4'],
  [3, 0, '2.5'],
  [3, 1, '2.6'],
  [3, 2, '2.7'],
];

/**
 * Chooses the versions of Bundler that a ruby without one can install, in RubyGems' syntax: the newest is
 * taken.
 */
export function bundlerFor({ major, minor }: RubyVersion): string {
  const found = TOO_NEW.find(([first, second]) => major < first || (major === first && minor < second));
  return found === undefined ? '>= 2.5' : `< ${found[2]}`;
}
