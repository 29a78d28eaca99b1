import type { RubyVersion } from '../domain/ruby/ruby.ts';
import { parseVersion } from '../domain/ruby/version.ts';
import { readGit } from './run-git.ts';

const NEWLINE = 10;
const FILES = ['version.h', 'include/ruby/version.h'] as const;

/** Reads which release of Ruby each of these commits leads to; null where it has no source of Ruby. */
export async function rubyVersions(
  repository: string,
  hashes: readonly string[],
  signal: AbortSignal,
): Promise<readonly (RubyVersion | null)[]> {
  const input = hashes.flatMap((hash) => FILES.map((file) => `${hash}:${file}\n`)).join('');
  // The length of each file comes before it: a file that is absent has a line in its place.
  const read = await readGit(['--git-dir', repository, 'cat-file', '--batch'], { input, signal });
  if (!read.ok) return hashes.map(() => null);
  const files = blobsOf(read.value);
  return hashes.map((_, index) => versionIn(files.slice(index * FILES.length, (index + 1) * FILES.length)));
}

function blobsOf(bytes: Uint8Array): readonly string[] {
  const decoder = new TextDecoder();
  const found: string[] = [];
  for (let at = 0; at < bytes.length;) {
    const end = bytes.indexOf(NEWLINE, at);
    if (end === -1) break;
    const length = / blob (\d+)$/.exec(decoder.decode(bytes.subarray(at, end)))?.[1];
    const size = length === undefined ? 0 : Number(length);
    found.push(length === undefined ? '' : decoder.decode(bytes.subarray(end + 1, end + 1 + size)));
    at = end + 1 + (length === undefined ? 0 : size + 1);
  }
  return found;
}

function versionIn([source = '', header = '']: readonly string[]): RubyVersion | null {
  const whole = /^#\s*define\s+RUBY_VERSION\s+"([^"]+)"/m.exec(source)?.[1];
  if (whole !== undefined) return parseVersion(whole);
  const [major, minor] = [
    numberIn(header, 'RUBY_API_VERSION_MAJOR'),
    numberIn(header, 'RUBY_API_VERSION_MINOR'),
  ];
  const patch = numberIn(source, 'RUBY_VERSION_TEENY') ?? numberIn(header, 'RUBY_API_VERSION_TEENY');
  return major === null || minor === null || patch === null ? null : { major, minor, patch };
}

function numberIn(text: string, name: string): number | null {
  const found = new RegExp(`^#\\s*define\\s+${name}\\s+(\\d+)`, 'm').exec(text)?.[1];
  return found === undefined ? null : Number(found);
}
