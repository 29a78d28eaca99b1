import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { allocatorIn, allocatorLabel } from '../../../../src/docker/images/allocator/allocator-label.ts';
import { fetchPackage } from '../../../../src/docker/images/allocator/debian-archive.ts';
import { readAnswers } from '../../../../src/docker/images/allocator/look-for-library.ts';
import { servesRuby } from '../../../../src/docker/images/build/serves.ts';
import { LABELS } from '../../../../src/docker/labels.ts';
import type { Ruby } from '../../../../src/domain/ruby/ruby.ts';

test('an allocator in a label is read back, with the package that was added', () => {
  const packages = [{ name: 'libjemalloc2', version: '5.3.0-1' }];
  expect(allocatorIn(allocatorLabel('jemalloc', packages))).toEqual({ name: 'jemalloc', packages });
  expect(allocatorIn(allocatorLabel('tcmalloc', []))).toEqual({ name: 'tcmalloc', packages: [] });
  expect(allocatorIn(undefined)).toEqual({ name: null, packages: [] });
});

test('an image with an allocator never stands in for the ruby without, nor for one with another', () => {
  const plain: Ruby = {
    name: '2.3.6',
    version: { major: 2, minor: 3, patch: 6 },
    sources: [{ kind: 'official', image: 'ruby:2.3.6' }],
  };
  const rubies = [plain, { ...plain, allocator: 'jemalloc' }, { ...plain, allocator: 'tcmalloc' }];
  const built = { [LABELS.ruby]: '2.3.6', [LABELS.source]: 'official', [LABELS.base]: 'ruby:2.3.6' };
  const withJemalloc = { ...built, [LABELS.allocator]: 'jemalloc libjemalloc1=3.6.0-3' };
  expect(rubies.map((one) => servesRuby(one, built))).toEqual([true, false, false]);
  expect(rubies.map((one) => servesRuby(one, withJemalloc))).toEqual([false, true, false]);
});

const JESSIE = 'id=debian\nname=Debian GNU/Linux 8 (jessie)\nversion=8 (jessie)\nsuite=\narch=amd64\n';
const TRIXIE =
  'id=debian\nname=Debian GNU/Linux 13 (trixie)\nversion=13 (trixie)\nsuite=trixie\narch=arm64\n';
const UBUNTU =
  'id=ubuntu\nname=Ubuntu 24.04 LTS\nversion=24.04 (Noble Numbat)\nsuite=noble\narch=amd64\nlibrary=here\n';

test.each([
  [JESSIE, { id: 'debian', suite: 'jessie', arch: 'amd64', hasLibrary: false }],
  [TRIXIE, { id: 'debian', suite: 'trixie', arch: 'arm64', hasLibrary: false }],
  [UBUNTU, { id: 'ubuntu', suite: '', arch: 'amd64', hasLibrary: true }],
  ['id=alpine\nname=Alpine Linux v3.19\nversion=\nsuite=\narch=\n', { id: 'alpine', suite: '', arch: '' }],
  ['', { id: '', name: 'an unknown distribution', suite: '', hasLibrary: false }],
])('an image says of which distribution it is: %j', (stdout, expected) =>
  expect(readAnswers(stdout)).toMatchObject(expected),
);

/** An archive with one suite, in Debian's format. */
const DEB = Buffer.from('!<arch>\n and what else is in a package');
const paragraph = (name: string, sha256: string): string =>
  `Package: ${name}\nVersion: 3.6.0-3\nDescription: x\n of y\nFilename: pool/${name}.deb\nSHA256: ${sha256}\n\n`;
const LIST = [
  paragraph('libjemalloc-dev', '0'),
  paragraph('libjemalloc1', createHash('sha256').update(DEB).digest('hex')),
  paragraph('damaged', '0'),
].join('');
const FILES: Readonly<Record<string, Buffer>> = {
  '/debian/dists/jessie/main/binary-amd64/Packages.gz': gzipSync(LIST),
  '/debian/pool/libjemalloc1.deb': DEB,
  '/debian/pool/damaged.deb': DEB,
};

let server: Server;
let archive = '';
beforeAll(async () => {
  server = createServer((request, response) => {
    const file = FILES[request.url ?? ''];
    response.writeHead(file === undefined ? (request.url?.startsWith('/busy') ? 503 : 404) : 200).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  archive = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

const fetched = (names: readonly string[], suite = 'jessie', archives = ['/closed', '/debian']) =>
  fetchPackage(
    { names, suite, arch: 'amd64' },
    AbortSignal.timeout(10_000),
    archives.map((path) => `${archive}${path}`),
  );

test('a package comes from the archive that has its suite, under the name that it has there', async () => {
  expect(await fetched(['libjemalloc2', 'libjemalloc1'])).toEqual({
    ok: true,
    value: { name: 'libjemalloc1', version: '3.6.0-3', deb: DEB },
  });
});

test.each([
  [['libjemalloc2'], 'jessie', undefined, /^Debian jessie has no package libjemalloc2 for amd64$/],
  [['libjemalloc1'], 'sarge', undefined, /^neither 127.*has packages of Debian sarge for amd64$/],
  [['damaged'], 'jessie', undefined, /damaged.deb is not what the list of its suite says it is$/],
  [['libjemalloc-dev'], 'jessie', undefined, /libjemalloc-dev.deb is not there\)$/],
  [['libjemalloc1'], 'jessie', ['/busy'], /^Debian's packages cannot be reached \(.* it answers 503 for/],
])('what cannot be had is said: %j of %s', async (names, suite, archives, reason) => {
  const result = await fetched(names, suite, archives);
  expect(result.ok ? '' : result.message).toMatch(reason);
});

test('a machine without a network is told apart', async () => {
  const away = await fetchPackage(
    { names: ['x'], suite: 'jessie', arch: 'amd64' },
    AbortSignal.timeout(10_000),
    ['http://127.0.0.1:1'],
  );
  expect(away.ok ? '' : away.message).toMatch(/cannot be reached \(127.0.0.1:1: .*ECONNREFUSED/);
});
