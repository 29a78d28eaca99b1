import { expect, test } from 'vitest';
import { describePullError, type PullFacts } from '../../../../src/docker/images/pull/pull-errors.ts';
import { recipeOf } from '../../../../src/docker/images/debian/recipe.ts';
import { registryOf } from '../../../../src/docker/images/pull/registry.ts';
import { fullImageOf } from '../../../../src/docker/images/base/toolchain.ts';

test.each([
  ['ruby:2.3.6', 'docker.io'],
  ['rubylang/all-ruby', 'docker.io'],
  ['ghcr.io/a/b:1', 'ghcr.io'],
  ['localhost/x', 'localhost'],
  ['registry:5000/x', 'registry:5000'],
])('the registry of %s is %s', (reference, registry) => {
  expect(registryOf(reference)).toBe(registry);
});

test.each([
  ['ruby:2.7.8-slim', 'ruby:2.7.8'],
  ['ruby:2.7.8-slim-bullseye', 'ruby:2.7.8-bullseye'],
  ['ruby:2.7.8', null],
  ['my/slimmer:1', null],
])('the full image of %s is %s', (slim, full) => {
  expect(fullImageOf(slim)).toBe(full);
});

const HAS: PullFacts = { answer: { kind: 'has', platforms: ['linux/amd64'] }, mirrors: [], arch: 'amd64' };
const explained = (
  reference: string,
  message: string,
  facts: Partial<PullFacts> = {},
  received = { bytes: 0, total: 0 },
): string => describePullError({ reference, message, received }, { ...HAS, ...facts });

test.each([
  '[DEPRECATION NOTICE] Docker Image Format v1 and Docker Image manifest version 2, schema 1 support is disabled',
  'media type "application/vnd.docker.distribution.manifest.v1+prettyjws" is no longer supported since containerd v2.1',
])('a refused manifest is explained with the way out: %s', (message) => {
  expect(explained('ruby:2.2.4', message)).toMatch(/ruby:2\.2\.4.*schema 1.*rubylang\/all-ruby/);
});

test('other failures of a pull keep the words of the registry', () => {
  expect(explained('ruby:9', 'manifest for ruby:9 not found: manifest unknown')).toMatch(/no image ruby:9/);
  expect(explained('ruby:9', 'write /x: no space left on device')).toMatch(/disk/);
  expect(explained('ruby:9', 'something odd')).toBe('ruby:9 could not be pulled: something odd');
});

test('each suite has a tag of its own, and no package comes unverified', () => {
  expect(recipeOf('bookworm').tag).toMatch(/^matrix-base:bookworm-[0-9a-f]{12}$/);
  expect(recipeOf('trixie').tag).not.toBe(recipeOf('bookworm').tag);
  expect(recipeOf('trixie').options).toContain('--force-check-gpg');
});

test('of a pull that failed behind a mirror, what the mirror says counts, not what the last place said', () => {
  const message =
    'Get "https://registry-1.docker.io/v2/": dial tcp: lookup registry-1.docker.io: no such host';
  const mirrors = ['http://mirror:5000'];
  const answers: readonly (readonly [PullFacts['answer'], RegExp])[] = [
    [
      { kind: 'lacks', message: 'manifest unknown: manifest unknown' },
      /no image ruby:9 in the engine's mirror/,
    ],
    [
      { kind: 'refuses', message: 'no basic auth credentials' },
      /mirror http:\/\/mirror:5000 requires a login.*docker login mirror:5000, .*mirror:5000\/library\/ruby:9/,
    ],
    [{ kind: 'silent', reason: 'nobody answers' }, /was interrupted, and nobody answers: run this again/],
    [
      { kind: 'has', platforms: ['linux/arm64/v8', 'linux/arm/v7'] },
      /linux\/arm64\/v8, linux\/arm\/v7 only, .* runs linux\/amd64.*docker pull --platform linux\/arm64\/v8 ruby:9/,
    ],
  ];
  for (const [answer, right] of answers)
    expect(explained('ruby:9', message, { answer, mirrors })).toMatch(right);
});

test('an image that is there for this architecture is not called foreign', () => {
  const answer = { kind: 'has', platforms: ['linux/arm/v7', 'linux/arm64/v8'] } as const;
  expect(explained('ruby:9', 'odd', { answer, arch: 'arm64' })).toBe('ruby:9 could not be pulled: odd');
});

test('a pull that is interrupted is distinguished from a missing image, and reports the bytes received', () => {
  const said = explained('ruby:9', 'unexpected EOF', {}, { bytes: 30_400_000, total: 80_000_000 });
  expect(said).toBe(
    'the registry closed the connection while ruby:9 was pulled after 30 MB of 80 MB or more (unexpected EOF): run this again',
  );
});
