import type { Result } from '../result.ts';

/** `3.0.0..3.13.0` among the versions of a gem: both ends belong to it. */
export interface GemRange {
  readonly from: string;
  readonly to: string;
}

const RANGE = /^\s*(\d[0-9A-Za-z.]*?)\.\.(\d[0-9A-Za-z.]*)\s*$/;

/** Reads a range of versions; null for anything else. */
function parseGemRange(text: string): GemRange | null {
  const [, from, to] = RANGE.exec(text) ?? [];
  return from === undefined || to === undefined ? null : { from, to };
}

/** Tells whether a request for a gem names a range of versions: `oj=3.0.0..3.13.0`. */
export const hasGemRange = (text: string): boolean =>
  versionsIn(text).some((one) => parseGemRange(one) !== null);

function versionsIn(text: string): readonly string[] {
  const end = text.indexOf('=');
  return end === -1 ? [] : text.slice(end + 1).split(',');
}

/** Reads the name in front of the versions. */
export const gemNameIn = (text: string): string => text.split('=')[0]?.trim() ?? '';

/**
 * Compares versions as RubyGems does (negative: `a` is older): numbers by their size, and a prerelease before
 * its release.
 */
export function compareGemVersions(a: string, b: string): number {
  const [left, right] = [segments(a), segments(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const [one = 0, other = 0] = [left[index], right[index]];
    if (one === other) continue;
    if (typeof one === 'number' && typeof other === 'number') return one - other;
    if (typeof one === 'string' && typeof other === 'string') return one < other ? -1 : 1;
    return typeof one === 'string' ? -1 : 1;
  }
  return 0;
}

const segments = (version: string): readonly (number | string)[] =>
  (version.match(/\d+|[A-Za-z]+/g) ?? []).map((part) => (/^\d/.test(part) ? Number(part) : part));

/**
 * Replaces the ranges in a request for a gem by the available versions, oldest first. Prereleases are left
 * out unless an end of the range is one.
 * @example withVersions('oj=3.0.0..3.2', ['3.2.0', '3.1.0.rc1', '3.1.0', '2.9']); // { ok: true, value:
 * 'oj=3.1.0,3.2.0' }
 */
export function withVersions(text: string, available: readonly string[]): Result<string> {
  const name = gemNameIn(text);
  const versions: string[] = [];
  for (const part of versionsIn(text)) {
    const range = parseGemRange(part);
    const found = range === null ? [part.trim()] : within(range, available);
    if (found.length === 0)
      return {
        ok: false,
        message: `${name}: there is no version in ${part.trim()} (${examples(available)})`,
      };
    versions.push(...found);
  }
  return { ok: true, value: `${name}=${[...new Set(versions)].toSorted(compareGemVersions).join(',')}` };
}

function within({ from, to }: GemRange, available: readonly string[]): readonly string[] {
  const withLetters = /[A-Za-z]/.test(from + to);
  return available.filter(
    (version) =>
      (withLetters || !/[A-Za-z]/.test(version)) &&
      compareGemVersions(version, from) >= 0 &&
      compareGemVersions(version, to) <= 0,
  );
}

function examples(available: readonly string[]): string {
  const ordered = available.toSorted(compareGemVersions);
  if (ordered.length === 0) return 'the source has none';
  return `the source has ${ordered[0]} to ${ordered.at(-1)}`;
}
