import type { RubyVersion } from '../../domain/ruby.ts';

/** The last Bundler for the rubies before a release; newer rubies come with one. */
const LAST_BEFORE: readonly (readonly [major: number, minor: number, bundler: string])[] = [
  [2, 3, '1.17.3'],
  [2, 6, '2.3.27'],
  [3, 0, '2.4.22'],
  [3, 1, '2.5.23'],
  [3, 2, '2.6.9'],
];
const NEWEST = '2.7.2';

/** The Bundler that a ruby without one is given. */
export function bundlerFor({ major, minor }: RubyVersion): string {
  const found = LAST_BEFORE.find(([first, second]) => major < first || (major === first && minor < second));
  return found?.[2] ?? NEWEST;
}
