import { expect, test } from 'vitest';
import { buildContainer } from '../../../../src/docker/images/commit/build-container.ts';
import { describeBuildError } from '../../../../src/docker/images/commit/build-errors.ts';
import { buildTag } from '../../../../src/docker/images/commit/build-tag.ts';
import { trimBuilds } from '../../../../src/docker/images/commit/trim-builds.ts';
import { thisInstance } from '../../../../src/docker/identity.ts';

const HASH = 'eaba9da1d1ab0f3e6c9b5a8d7c6b5a4f3e2d1c0b';

test('a build has no network, no rights, and nothing to write to but memory and its cache', async () => {
  const instance = await thisInstance();
  const { HostConfig, User } = buildContainer({
    image: 'base',
    volume: 'cache',
    bytes: 7,
    instance,
    runtime: 'runsc',
  });
  expect(User).toBe('10001:10001');
  expect(HostConfig).toMatchObject({
    NetworkMode: 'none',
    Runtime: 'runsc',
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
    ReadonlyRootfs: true,
    Mounts: [{ Type: 'volume', Source: 'cache', Target: '/cache' }],
  });
  expect(HostConfig).not.toHaveProperty('Binds');
  expect(HostConfig?.Memory).toBe(HostConfig?.MemorySwap);
});

test('builds are kept by commit and base', () => {
  expect(buildTag(HASH, 'sha256:1')).toMatch(/^matrix-base:commit-eaba9da1d1ab-[0-9a-f]{12}$/);
  expect(buildTag(HASH, 'sha256:1')).toBe(buildTag(HASH, 'sha256:1'));
  expect(buildTag(HASH, 'sha256:1')).not.toBe(buildTag(HASH, 'sha256:2'));
});

test('a build that failed is described by its step and its first complaints', () => {
  const log = [
    'matrix-step: configure',
    'checking for error_at_line... no',
    'matrix-step: compile',
    'compiling gc.c',
    "gc.c:12:3: error: 'struct heap' has no member named 'pages'",
    'make: *** [Makefile:250: gc.o] Error 1',
    '',
  ].join('\n');
  const ended = { exitCode: 1, log, isTooLarge: false };
  const usual = { overdue: false, outOfMemory: false };
  expect(describeBuildError(ended, usual)).toBe(
    [
      'it does not build (compile, exit code 1):',
      "  gc.c:12:3: error: 'struct heap' has no member named 'pages'",
      '  make: *** [Makefile:250: gc.o] Error 1',
    ].join('\n'),
  );
  expect(describeBuildError(ended, { ...usual, outOfMemory: true })).toMatch(/out of memory.*--jobs/);
  expect(describeBuildError(ended, { ...usual, overdue: true })).toMatch(/within an hour/);
});

/** An engine that holds the builds of some commits, and the images on them. */
function engineWith(builds: readonly { hash: string; created: number; bytes: number }[]) {
  const removed: string[] = [];
  const images = builds.flatMap(({ hash, created, bytes }) => {
    const Labels = { 'matrix.commit': hash, 'matrix.bytes': String(bytes) };
    return [
      { RepoTags: [`matrix-base:commit-${hash}`], Created: created, Labels },
      { RepoTags: [`matrix:${hash}`], Created: created + 1, Labels },
    ];
  });
  const other = { RepoTags: ['matrix:3.4.1'], Created: 0, Labels: {} };
  const docker = {
    listImages: async () => [other, ...images],
    getImage: (tag: string) => ({ remove: async () => void removed.push(tag) }),
  };
  return { docker: docker as unknown as Parameters<typeof trimBuilds>[0], removed };
}

test('the oldest builds go when they are too large together, with what was made on them', async () => {
  const { docker, removed } = engineWith([
    { hash: 'b', created: 20, bytes: 100 },
    { hash: 'a', created: 10, bytes: 100 },
    { hash: 'c', created: 30, bytes: 100 },
  ]);
  await trimBuilds(docker, 'c', 300);
  expect(removed).toEqual([]);
  await trimBuilds(docker, 'a', 150);
  // That which was just made stays, however old its commit.
  expect(removed).toEqual(['matrix:b', 'matrix-base:commit-b', 'matrix:c', 'matrix-base:commit-c']);
});
