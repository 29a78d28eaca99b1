import type { NativeFrame, RubyPlace } from '../../domain/leak/explanation.ts';
import { parseVersion } from '../../domain/ruby/version.ts';
import { isInterpreterFrame } from '../../explain/native/frame-kinds.ts';

const REPOSITORY = 'https://github.com/ruby/ruby/blob';

/** Makes the id of a line of the script on a page. */
export const lineId = (line: number): string => `script-line-${line}`;

/** Major release from which tags are named `v4.0.0`; before it they are `v3_4_8`. */
const NEW_TAGS_FROM = 4;

/** Names the tag of a release in Ruby's repository, `v2_3_6`; null for a ruby that is no plain release. */
export function releaseTag(ruby: string): string | null {
  const version = parseVersion(ruby);
  if (version === null) return null;
  const parts = [version.major, version.minor, version.patch];
  return `v${parts.join(version.major >= NEW_TAGS_FROM ? '.' : '_')}`;
}

/** Libraries that have a folder of their own in `ext/`, with their Ruby code in its `lib/`. */
const EXTENSIONS = new Set(
  'bigdecimal cgi coverage date digest erb etc fcntl fiddle io json nkf objspace openssl pathname psych pty racc rbconfig readline ripper sdbm socket stringio strscan syslog win32 win32ole zlib'.split(
    ' ',
  ),
);

/** Libraries with files of the same names in `ext/` and in `lib/`: their paths do not show which is meant. */
const AMBIGUOUS = new Set(['cgi', 'erb', 'io', 'digest', 'racc']);

/**
 * Makes the address of a line of Ruby's own Ruby code: `<internal:gc>`, a file of the standard library. null
 * for everything else, and where the repository keeps the file in a place that its path does not show.
 */
export function rubySource({ file, line }: RubyPlace, ruby: string): string | null {
  if (line <= 0) return null;
  const [, internal] = /^<internal:(\w+)>$/.exec(file) ?? [];
  if (internal !== undefined) return addressOf(ruby, `${internal}.rb`, line);
  const [, inside] = /\/lib\/ruby\/\d+\.\d+\.\d+\/([\w./-]+\.rb)>?$/.exec(file) ?? [];
  if (inside === undefined || inside.includes('..')) return null;
  const first = inside.replace(/[./].*$/, '');
  if (AMBIGUOUS.has(first) || first.includes('-linux')) return null;
  const path = EXTENSIONS.has(first) ? `ext/${first}/lib/${inside}` : `lib/${inside}`;
  return addressOf(ruby, path, line);
}

/** Files that are written while Ruby is built: the repository does not have them. */
const GENERATED =
  /\.(inc|rbinc|def\.c)$|(^|\/)(parse|lex|miniprelude|prelude|known_errors|revision|probes)\.[ch]$/;

/** Folders of the repository with C code. */
const FOLDER =
  /(?:^|\/)((?:ext|include|enc|missing|coroutine|internal|prism|gc|ccan|thread|win32)\/[\w./+-]+)$/;

/** Makes the address of a line of Ruby's own C code; null for that of gems and other libraries. */
export function nativeSource(
  frame: NativeFrame,
  { file, line }: NonNullable<NativeFrame['source']>,
  ruby: string,
): string | null {
  const isExtension = `/${file}`.includes('/ext/');
  if (line <= 0 || GENERATED.test(file) || !(isInterpreterFrame(frame) || isExtension)) return null;
  const plain = file.replaceAll('/./', '/').replace(/^\.\//, '');
  const inside = FOLDER.exec(plain)?.[1] ?? /([^/]+\.(?:[chy]|def))$/.exec(plain)?.[1];
  // Code of the C library, of a compiler or of a gem is in no folder of Ruby.
  if (inside === undefined || /^\/usr\/(include|lib)\/|\/gems\//.test(plain) || inside.includes('..'))
    return null;
  return addressOf(ruby, inside, line);
}

function addressOf(ruby: string, path: string, line: number): string | null {
  const tag = releaseTag(ruby);
  return tag === null ? null : `${REPOSITORY}/${tag}/${path}#L${line}`;
}
