import { createHash } from 'node:crypto';
import { lstat, readFile, readdir, readlink, realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { refuse, type Result } from '../../../domain/result.ts';
import { isElf, isNewer, readElf, type Elf } from './elf.ts';
import { prefixIn } from './prefix.ts';

/** A folder with an installed ruby on this machine. */
export interface RubyFolder {
  readonly folder: string;
  /** Hash of names, permissions and contents of all that goes into an image. */
  readonly hash: string;
  /** Prefix that it was configured with, where it belongs. */
  readonly prefix: string;
  /** Programs and libraries, and links to these, relative to the folder. */
  readonly programs: readonly string[];
  readonly arch: string;
  /** Newest glibc that anything in it needs. */
  readonly glibc: readonly [number, number] | null;
}

const LIBRARY = /\.so(\.\d+)*$/;
const MOST_FILES = 100_000;
const MOST_BYTES = 4 * 2 ** 30;

/** Files that no script reads: documentation, and the history of a repository. */
const LEFT_OUT = [
  /(^|\/)\.git(\/|$)/,
  /^share\/(doc|man|ri)(\/|$)/,
  /^lib\/ruby\/gems\/[^/]+\/(doc|cache)(\/|$)/,
];

/** Tells whether a path of a ruby's folder goes into an image. */
export const belongs = (path: string): boolean => !LEFT_OUT.some((pattern) => pattern.test(path));

/** Reads a folder with an installed ruby, or refuses it with the reason why it could not run in an image. */
export async function readRubyFolder(path: string): Promise<Result<RubyFolder>> {
  const folder = await realpath(path).catch(() => null);
  if (folder === null) return refuse('there is no such folder');
  if (!(await stat(folder)).isDirectory())
    return refuse('that is a file: give the folder that a ruby is installed in');
  const ruby = await realpath(join(folder, 'bin/ruby')).catch(() => null);
  if (ruby === null) return refuse(await withoutRuby(folder));
  if (relative(folder, ruby).startsWith('..'))
    return refuse(`its bin/ruby is a link that leaves it, to ${ruby}: give the folder that is installed in`);
  const program = await readFile(ruby);
  if (!isElf(program))
    return refuse('its bin/ruby is no program but a script: give the folder of the ruby that it starts');
  const { arch, loader } = readElf(program);
  if (loader !== null && /musl/.test(loader))
    return refuse(
      `its ruby was built on musl (${loader}), and the bases are Debian's, on glibc: build it on glibc`,
    );
  const files = await filesOf(folder);
  if (files === null)
    return refuse(
      `it holds more than ${MOST_FILES} files: give the folder that just the ruby is installed in`,
    );
  const read = await readFiles(folder, files);
  if (read === null)
    return refuse('it holds more than 4 GiB: give the folder that just the ruby is installed in');
  const prefix = await prefixIn(folder, files);
  if (prefix === null)
    return refuse(
      'it has no lib/ruby/…/rbconfig.rb that says with which prefix it was configured: was make install run to its end?',
    );
  return { ok: true, value: { folder, prefix, arch, ...read } };
}

/** Explains why a folder has no ruby; most likely it is a source or build folder, which has no bin. */
async function withoutRuby(folder: string): Promise<string> {
  const names = new Set(await readdir(folder));
  const isSource = names.has('configure.ac') || names.has('miniruby') || names.has('ruby.c');
  return isSource
    ? 'that is a source or build folder, and holds no bin/ruby: run make install, and give the folder it installs into (its prefix)'
    : 'there is no bin/ruby in it: give the folder that a ruby is installed in, the prefix of its configure';
}

/** Lists files and links, sorted; null where there are too many. */
async function filesOf(folder: string): Promise<readonly string[] | null> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  if (entries.length > MOST_FILES) return null;
  return entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter(belongs)
    .sort();
}

async function readFiles(
  folder: string,
  files: readonly string[],
): Promise<Pick<RubyFolder, 'hash' | 'programs' | 'glibc'> | null> {
  const hash = createHash('sha256');
  const programs: string[] = [];
  let glibc: Elf['glibc'] = null;
  let total = 0;
  for (const path of files) {
    const at = join(folder, path);
    const { mode, size, isLink } = await lstat(at).then((one) => ({
      mode: one.mode & 0o111,
      size: one.size,
      isLink: one.isSymbolicLink(),
    }));
    total += size;
    if (total > MOST_BYTES) return null;
    const content = isLink ? Buffer.from(await readlink(at)) : await readFile(at);
    hash.update(`${path}\n${isLink ? 'link' : mode}\n${content.length}\n`).update(content);
    if (isLink && LIBRARY.test(path)) programs.push(path);
    if (isLink || !isElf(content)) continue;
    programs.push(path);
    const needs = readElf(content).glibc;
    if (needs !== null && (glibc === null || isNewer(needs, glibc))) glibc = needs;
  }
  return { hash: hash.digest('hex'), programs, glibc };
}
