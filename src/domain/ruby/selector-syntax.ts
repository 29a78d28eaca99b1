import { parseVersionPrefix, type VersionPrefix } from './version.ts';

/** One selector, read. Range ends are included; null is an open end. */
export type SelectorTerm =
  | { readonly kind: 'all' }
  | { readonly kind: 'series'; readonly prefix: VersionPrefix }
  | { readonly kind: 'range'; readonly from: VersionPrefix | null; readonly to: VersionPrefix | null }
  | { readonly kind: 'name' }
  | { readonly kind: 'malformed'; readonly message: string };

/**
 * Reads one selector (no commas). Anything that is not a version is taken as a name.
 *
 * @example
 * parseSelector('2.3'); // { kind: 'series', prefix: { major: 2, minor: 3, patch: null } }
 * parseSelector('2.2..'); // { kind: 'range', from: { major: 2, minor: 2, patch: null }, to: null }
 * parseSelector('all-ruby/2.3.6'); // { kind: 'name' }
 */
export function parseSelector(text: string): SelectorTerm {
  if (text === '') {
    return malformed(
      'an empty selector chooses nothing; write a release (2.3.6), a series (2.3), a range or all',
    );
  }
  if (text === 'all') return { kind: 'all' };
  if (text.startsWith('~>')) return parsePessimistic(text);
  if (text.includes('..')) return parseRange(text);
  const prefix = parseVersionPrefix(text);
  return prefix === null ? { kind: 'name' } : { kind: 'series', prefix };
}

/**
 * Reads `~>`, where the last part given may grow: `~>2.4.1` is 2.4.1 up to the end of 2.4, `~>2.4` is 2.4 up
 * to the end of 2.
 */
function parsePessimistic(text: string): SelectorTerm {
  const from = parseVersionPrefix(text.slice(2).trim());
  if (from === null)
    return malformed(`${text}: after ~> comes a release or a series, such as ~>2.4 or ~>2.4.1`);
  const to = { major: from.major, minor: from.patch === null ? null : from.minor, patch: null };
  return { kind: 'range', from, to };
}

function parseRange(text: string): SelectorTerm {
  const ends = text.split('..').map((end) => end.trim());
  const [left, right] = ends;
  if (ends.length !== 2 || left === undefined || right === undefined || (left === '' && right === '')) {
    return malformed(
      `${text}: a range is two releases or series with two dots between them, such as 2.2..2.5`,
    );
  }
  const from = left === '' ? null : parseVersionPrefix(left);
  const to = right === '' ? null : parseVersionPrefix(right);
  const wrong = [left, right].find((end) => end !== '' && parseVersionPrefix(end) === null);
  if (wrong !== undefined) {
    const hint = wrong.startsWith('.')
      ? 'a range has two dots, and both its ends are included'
      : 'write 2.3 or 2.3.6';
    return malformed(`${text}: ${wrong} is not a release or series; ${hint}`);
  }
  if (from !== null && to !== null && isAfter(from, to)) {
    return malformed(`${text}: the range runs backwards; did you mean ${right}..${left}?`);
  }
  return { kind: 'range', from, to };
}

/** Tells whether everything in `a` comes after everything in `b`; open parts reach as far as they can. */
function isAfter(a: VersionPrefix, b: VersionPrefix): boolean {
  if (a.major !== b.major) return a.major > b.major;
  if (a.minor === null || b.minor === null) return false;
  if (a.minor !== b.minor) return a.minor > b.minor;
  return a.patch !== null && b.patch !== null && a.patch > b.patch;
}

function malformed(message: string): SelectorTerm {
  return { kind: 'malformed', message };
}
