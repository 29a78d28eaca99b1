import { expect, test } from 'vitest';
import { explainPull } from '../../../src/docker/images/pull.ts';
import { recipeOf } from '../../../src/docker/images/debian/recipe.ts';
import { registryOf } from '../../../src/docker/images/registry.ts';
import { fullImageOf } from '../../../src/docker/images/toolchain.ts';

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

test.each([
  '[DEPRECATION NOTICE] Docker Image Format v1 and Docker Image manifest version 2, schema 1 support is disabled',
  'media type "application/vnd.docker.distribution.manifest.v1+prettyjws" is no longer supported since containerd v2.1',
])('a refused manifest is explained with the way out: %s', (message) => {
  expect(explainPull('ruby:2.2.4', message)).toMatch(/ruby:2\.2\.4.*schema 1.*rubylang\/all-ruby/);
});

test('other failures of a pull keep the words of the registry', () => {
  expect(explainPull('ruby:9', 'manifest for ruby:9 not found: manifest unknown')).toMatch(/no image ruby:9/);
  expect(explainPull('ruby:9', 'write /x: no space left on device')).toMatch(/disk/);
  expect(explainPull('ruby:9', 'something odd')).toBe('ruby:9 could not be pulled: something odd');
});

test('each suite has a tag of its own, and no package comes unverified', () => {
  expect(recipeOf('bookworm').tag).toMatch(/^matrix-base:bookworm-[0-9a-f]{12}$/);
  expect(recipeOf('trixie').tag).not.toBe(recipeOf('bookworm').tag);
  expect(recipeOf('trixie').options).toContain('--force-check-gpg');
});
