import { expect, test } from 'vitest';
import { proxySettings } from '../../../../src/docker/images/debian/add-packages.ts';
import { describeAptError } from '../../../../src/docker/images/debian/apt-errors.ts';
import {
  holdsPackages,
  packagesIn,
  packagesLabel,
} from '../../../../src/docker/images/debian/package-list.ts';
import { recipeOf, tagWithPackages } from '../../../../src/docker/images/debian/recipe.ts';
import { servesRuby } from '../../../../src/docker/images/build/serves.ts';
import { LABELS } from '../../../../src/docker/labels.ts';
import type { Ruby, RubySource } from '../../../../src/domain/ruby/ruby.ts';

const ruby = (...sources: RubySource[]): Ruby => ({
  name: '3.1.2',
  version: { major: 3, minor: 1, patch: 2 },
  sources,
});
const labels = (more: Readonly<Record<string, string>>) => ({ [LABELS.ruby]: '3.1.2', ...more });

test('packages in a label are read back, with versions that hold what Debian writes into them', () => {
  const packages = [
    { name: 'ruby-nokogiri', version: '1.13.10+dfsg-2+b1' },
    { name: 'rails', version: '2:6.1.7.10+dfsg-1~deb12u2' },
    { name: 'awk', version: '' },
  ];
  expect(packagesIn(packagesLabel(packages))).toEqual(packages);
  expect(packagesIn(undefined)).toEqual([]);
});

test.each([
  ['ruby-oj=1 ruby-ox=2', ['ruby-ox', 'ruby-oj'], true],
  ['ruby-oj=1 ruby-ox=2', ['ruby-ox'], false],
  ['ruby-oj=1', ['ruby-oj', 'ruby-ox'], false],
  ['ruby-oj=1', [], false],
  [undefined, [], true],
  [undefined, ['ruby-oj'], false],
])('an image with %j holds just %j: %s', (label, asked, holds) => {
  expect(holdsPackages(label, asked)).toBe(holds);
});

test('an image with packages never stands in for the ruby without, nor the other way round', () => {
  const plain = ruby({ kind: 'debian', suite: 'bookworm' });
  const rich = ruby({ kind: 'debian', suite: 'bookworm', packages: ['ruby-oj'] });
  const built = labels({ [LABELS.source]: 'debian', [LABELS.base]: 'debian:bookworm' });
  const builtRich = { ...built, [LABELS.packages]: 'ruby-oj=3.14' };
  expect([plain, rich].map((one) => servesRuby(one, built))).toEqual([true, false]);
  expect([plain, rich].map((one) => servesRuby(one, builtRich))).toEqual([false, true]);
  expect(servesRuby({ ...plain, name: '3.1.3' }, built)).toBe(false);
});

test('an image serves the source that it was built from, under emulation as well', () => {
  const source = { kind: 'official', image: 'ruby:3.1.2' } as const;
  const built = labels({ [LABELS.source]: 'official', [LABELS.base]: 'ruby:3.1.2 (linux/arm64)' });
  expect(servesRuby(ruby(source), built)).toBe(true);
  expect(servesRuby(ruby({ kind: 'image', image: 'ruby:3.1.2', ruby: '/r' }), built)).toBe(false);
  expect(servesRuby(ruby({ ...source, image: 'ruby:3.1' }), built)).toBe(false);
});

test('other packages, another tag, which begins like that of the plain base', () => {
  const { tag } = recipeOf('bookworm');
  expect(tagWithPackages('bookworm', [])).toBe(tag);
  const [one, other] = [tagWithPackages('bookworm', ['a1']), tagWithPackages('bookworm', ['a1', 'b1'])];
  expect(one).not.toBe(other);
  expect(one.startsWith(`${tag}-`)).toBe(true);
});

test.each([
  [
    'E: Unable to locate package ruby-nokogirl',
    /^Debian bookworm has no package ruby-nokogirl: check its name/,
  ],
  ["E: Package 'php4' has no installation candidate", /has no package php4:/],
  [
    'E: Failed to fetch http://x/a.deb  Could not connect',
    /^Debian's packages cannot be reached from the engine/,
  ],
  ['dpkg: error: cannot write: No space left on device', /^no room on the disk/],
  [
    "W: Failed to fetch http://deb.debian.org/x  Temporary failure resolving 'deb.debian.org'\n" +
      'W: Some index files failed to download.\nE: Unable to locate package ruby-oj',
    /^Debian's packages cannot be reached from the engine \(Failed to fetch http:.* resolving 'deb.debian.org'\): run/,
  ],
  ['W: harmless\nE: something else', /^a1, b1 could not be installed: E: something else$/],
])('what apt says is explained: %s', (stderr, reason) => {
  expect(describeAptError({ exitCode: 100, stdout: '', stderr }, 'bookworm', ['a1', 'b1'])).toMatch(reason);
});

test('an installation that takes too long was ended', () => {
  expect(describeAptError({ exitCode: null, stdout: '', stderr: '' }, 'trixie', ['a1'])).toMatch(
    /took too long/,
  );
});

test('apt gets the proxy of this process, and nothing else', () => {
  const env = { http_proxy: 'http://me:secret@proxy:3128', https_proxy: 'socks5://x', HOME: '/root' };
  expect(proxySettings(env)).toBe('Acquire::http::Proxy "http://me:secret@proxy:3128/";\n');
  expect(proxySettings({ http_proxy: 'x"; rm' })).toBe('');
  expect(proxySettings({})).toBe('');
});
