import { distance } from 'fastest-levenshtein';
import type { Listing, Ruby } from './ruby.ts';
import { compareRubies, describeReleases, isPlainRelease } from './release-order.ts';
import { parseVersionPrefix, releaseSeries, type VersionPrefix } from './version.ts';

/** Explains that the matrix lacks a release, series or name: what it has, and what was likely meant. */
export function unknownMessage(matrix: Listing, text: string): string {
  const asked = parseVersionPrefix(text);
  const what = asked === null ? 'is neither a name of the matrix nor a release' : 'is not in the matrix';
  const suggestion = suggest(matrix, text);
  const known = asked === null ? '' : inSeries(matrix, asked);
  const help = suggestion === null ? '' : `; did you mean ${suggestion}?`;
  const otherwise = suggestion === null ? `; ${overview(matrix)}` : '';
  return `${text} ${what}${known}${help}${otherwise}`;
}

/** Explains that a range holds no listed release, and which exist near its ends. */
export function emptyRangeMessage(
  matrix: Listing,
  text: string,
  range: { readonly from: VersionPrefix | null; readonly to: VersionPrefix | null },
): string {
  const known = new Set<string>();
  for (const end of [range.from, range.to]) if (end !== null) known.add(inSeries(matrix, end));
  const there = [...known].join('');
  return `no listed release lies in ${text}${there === '' ? `; ${overview(matrix)}` : there}`;
}

/** Lists the releases of a series, `; 2.3 has 2.3.0–2.3.8`; empty when the matrix has no such series. */
function inSeries(matrix: Listing, asked: VersionPrefix): string {
  if (asked.minor === null) return '';
  const series = `${asked.major}.${asked.minor}`;
  const rubies = releases(matrix).filter((ruby) => releaseSeries(ruby.version) === series);
  return rubies.length === 0 ? '' : `; ${series} has ${describeReleases(rubies)}`;
}

function overview(matrix: Listing): string {
  const listed = releases(matrix);
  const series = [...new Set(listed.map((ruby) => releaseSeries(ruby.version)))];
  if (series.length > 1)
    return `the matrix holds releases of ${series[0]} to ${series.at(-1)}: see matrix rubies`;
  if (series.length === 1) return `the matrix holds ${describeReleases(listed)}: see matrix rubies`;
  return `the matrix holds ${matrix.rubies.map((ruby) => ruby.name).join(', ')}`;
}

function releases(matrix: Listing): readonly Ruby[] {
  return matrix.rubies.filter(isPlainRelease).toSorted(compareRubies);
}

/** Finds the name, series or word nearest to what was typed; null when nothing is near. */
function suggest(matrix: Listing, text: string): string | null {
  // `ruby:2.3.6`, `ruby-2.3.6`, `v2.3.6` and `2.3.6p384` are how other tools write a release.
  const typed = text
    .toLowerCase()
    .replace(/^(ruby[-:/ ]?|v)(?=\d)/, '')
    .replace(/-?p\d+$/, '');
  const series = releases(matrix).map((ruby) => releaseSeries(ruby.version));
  const candidates = new Set([...matrix.rubies.map((ruby) => ruby.name), ...series, 'all']);
  const farthest = Math.min(2, Math.floor(typed.length / 2));
  let best: { readonly name: string; readonly rank: readonly number[] } | null = null;
  for (const name of candidates) {
    const edits = distance(typed, name.toLowerCase());
    if (edits > farthest) continue;
    const rank = [edits, -commonPrefix(typed, name), lastPartApart(typed, name)];
    if (best === null || isLess(rank, best.rank)) best = { name, rank };
  }
  return best?.name ?? null;
}

function commonPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}

/** Measures how far apart the last numbers are: 2.3.9 is nearer to 2.3.8 than to 2.3.0. */
function lastPartApart(a: string, b: string): number {
  const apart = Math.abs(Number(a.split('.').at(-1)) - Number(b.split('.').at(-1)));
  return Number.isNaN(apart) ? Number.MAX_SAFE_INTEGER : apart;
}

function isLess(a: readonly number[], b: readonly number[]): boolean {
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? 0;
    if (value !== other) return value < other;
  }
  return false;
}
