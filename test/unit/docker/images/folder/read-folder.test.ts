import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readMissing } from '../../../../../src/docker/images/folder/check-libraries.ts';
import { chooseBase } from '../../../../../src/docker/images/folder/choose-base.ts';
import { readRubyFolder } from '../../../../../src/docker/images/folder/read-folder.ts';
import type { SourceContext } from '../../../../../src/docker/images/base/source-context.ts';

/** Makes the head of an ELF program, for a processor, with its loader and versions of glibc. */
function program(machine: number, loader: string, versions = ''): Buffer {
  const bytes = Buffer.alloc(128);
  bytes.write('\u007FELF', 0, 'latin1');
  bytes[4] = 2;
  bytes[5] = 1;
  bytes.writeUInt16LE(machine, 18);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(1, 56);
  bytes.writeUInt32LE(3, 64);
  bytes.writeBigUInt64LE(128n, 72);
  bytes.writeBigUInt64LE(BigInt(loader.length + 1), 96);
  return Buffer.concat([bytes, Buffer.from(`${loader}\0${versions}\0`)]);
}

const GLIBC = '/lib64/ld-linux-x86-64.so.2';
const RBCONFIG = '  CONFIG["prefix"] = (TOPDIR || DESTDIR + "/opt/mine")\n';

async function folderOf(files: Readonly<Record<string, Buffer | string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'matrix-folder-'));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), content, { mode: 0o755 });
  }
  return folder;
}

const RIGHT = {
  'bin/ruby': program(62, GLIBC, 'GLIBC_2.2.5\0GLIBC_2.34'),
  'lib/ruby/3.4.0/x86_64-linux/rbconfig.rb': RBCONFIG,
  'lib/ruby/3.4.0/x86_64-linux/etc.so': program(62, '', 'GLIBC_2.38'),
};

test('what is installed in a folder: its prefix, processor, libc, and the same hash for the same', async () => {
  const folder = await folderOf(RIGHT);
  const found = await readRubyFolder(folder);
  expect(found).toMatchObject({
    ok: true,
    value: {
      prefix: '/opt/mine',
      arch: 'amd64',
      glibc: [2, 38],
      programs: ['bin/ruby', expect.stringMatching(/etc\.so$/)],
    },
  });
  const again = await readRubyFolder(await folderOf({ ...RIGHT, 'share/doc/x': 'not part of it' }));
  const other = await readRubyFolder(await folderOf({ ...RIGHT, 'lib/ruby/3.4.0/set.rb': '# other' }));
  const hash = (one: typeof found): string => (one.ok ? one.value.hash : one.message);
  expect(hash(again)).toBe(hash(found));
  expect(hash(other)).not.toBe(hash(found));
});

test.each([
  ['nothing', {}, /^there is no bin\/ruby in it/],
  ['a source', { 'configure.ac': '', 'ruby.c': '' }, /source or build folder, .* run make install/],
  ['a wrapper', { ...RIGHT, 'bin/ruby': '#!/bin/sh\n' }, /^its bin\/ruby is no program but a script/],
  ['musl', { ...RIGHT, 'bin/ruby': program(62, '/lib/ld-musl-x86_64.so.1') }, /built on musl/],
  ['no rbconfig', { 'bin/ruby': RIGHT['bin/ruby'] }, /no lib\/ruby\/…\/rbconfig\.rb .* make install/],
  [
    'a prefix that is the system’s own',
    { ...RIGHT, 'lib/ruby/3.4.0/x86_64-linux/rbconfig.rb': RBCONFIG.replace('/opt/mine', '/etc') },
    /no lib\/ruby\/…\/rbconfig\.rb/,
  ],
])('%s is refused, with what to do', async (_, files, reason) => {
  expect(await readRubyFolder(await folderOf(files))).toEqual({
    ok: false,
    message: expect.stringMatching(reason),
  });
});

const message = async (path: string): Promise<unknown> =>
  ((await readRubyFolder(path)) as { message: string }).message;

test('a file, nothing, and a ruby that lies elsewhere are refused', async () => {
  const folder = await folderOf({ x: '' });
  expect(await message(join(folder, 'x'))).toMatch(/^that is a file/);
  expect(await message(join(folder, 'y'))).toMatch(/^there is no such folder/);
  await mkdir(join(folder, 'bin'));
  await symlink(join(await folderOf(RIGHT), 'bin/ruby'), join(folder, 'bin/ruby'));
  expect(await message(folder)).toMatch(/is a link that leaves it/);
});

test('another processor, or a libc that no base has, is refused before anything is made', async () => {
  const ruby = { folder: '/x', hash: '', prefix: '/x', programs: [], arch: 'arm64', glibc: [2, 99] as const };
  const context = { arch: 'amd64' } as SourceContext;
  const suites = ['bullseye', 'trixie'];
  expect(await chooseBase(ruby, suites, context)).toMatchObject({
    message: 'its ruby is for arm64, and the engine runs amd64: build it for amd64',
  });
  expect(await chooseBase({ ...ruby, arch: 'amd64' }, suites, context)).toMatchObject({
    message: expect.stringMatching(
      /^it was built on glibc 2\.99, and no base has one as new \(bullseye 2\.31, trixie 2\.41\)/,
    ),
  });
});

test('what a base lacks, of the ruby itself and of its extensions', () => {
  expect(
    readMissing(
      'missing bin/ruby libcrypt.so.1\nmissing lib/ruby/3.4.0/x/openssl.so libssl.so.1.1\nmissing lib/ruby/3.4.0/x/etc.so libcrypt.so.1\ndone\n',
    ),
  ).toEqual({ ofRuby: ['libcrypt.so.1'], ofExtensions: ['openssl.so: libssl.so.1.1'] });
});
