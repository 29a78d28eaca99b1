import type { RubyVersion } from './ruby.ts';

/** `2` (major), `2.3` (series) or `2.3.6` (release): what a person may write for one or more releases. */
export interface VersionPrefix {
  readonly major: number;
  readonly minor: number | null;
  readonly patch: number | null;
}

const PREFIX = /^(0|[1-9]\d{0,4})(?:\.(0|[1-9]\d{0,4}))?(?:\.(0|[1-9]\d{0,4}))?$/;

/** Reads `2`, `2.3` or `2.3.6`; null for anything else (previews, patch levels and leading zeros included). */
export function parseVersionPrefix(text: string): VersionPrefix | null {
  const match = PREFIX.exec(text);
  if (match === null) return null;
  const [, major, minor, patch] = match;
  return {
    major: Number(major),
    minor: minor === undefined ? null : Number(minor),
    patch: patch === undefined ? null : Number(patch),
  };
}

/** Reads a whole release, `2.3.6`; null for anything else. */
export function parseVersion(text: string): RubyVersion | null {
  const prefix = parseVersionPrefix(text);
  if (prefix === null || prefix.minor === null || prefix.patch === null) return null;
  return { major: prefix.major, minor: prefix.minor, patch: prefix.patch };
}

/** Formats a release: `2.3.6`. */
export function formatVersion(version: RubyVersion): string {
  return `${version.major}.${version.minor}.${version.patch}`;
}

/** Formats the series of a release: `2.3`. */
export function releaseSeries(version: RubyVersion): string {
  return `${version.major}.${version.minor}`;
}

/** Compares releases: negative when `a` is older than `b`. */
export function compareVersions(a: RubyVersion, b: RubyVersion): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch;
}

/**
 * Compares a release with a prefix: below (negative), inside (0) or above (positive) everything that it
 * stands for.
 */
export function compareToPrefix(version: RubyVersion, prefix: VersionPrefix): number {
  if (version.major !== prefix.major) return version.major - prefix.major;
  if (prefix.minor === null) return 0;
  if (version.minor !== prefix.minor) return version.minor - prefix.minor;
  return prefix.patch === null ? 0 : version.patch - prefix.patch;
}
