import type { Ruby } from './ruby.ts';
import { compareVersions, formatVersion } from './version.ts';

/** Tells whether an entry is a plain release (`2.3.6`), not a variant of it (`all-ruby/2.3.6`). */
export function isPlainRelease(ruby: Ruby): boolean {
  return ruby.name === formatVersion(ruby.version);
}

/** Orders rubies as the matrix does: by release; the plain release before its variants, those by name. */
export function compareRubies(a: Ruby, b: Ruby): number {
  const byVersion = compareVersions(a.version, b.version);
  if (byVersion !== 0) return byVersion;
  if (isPlainRelease(a) !== isPlainRelease(b)) return isPlainRelease(a) ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** Lists releases of one series, in order: `2.3.0–2.3.8` or, with gaps, `2.5.0, 2.5.1, 2.5.3–2.5.9`. */
export function describeReleases(rubies: readonly Ruby[]): string {
  const parts: string[] = [];
  let first = 0;
  for (let index = 0; index < rubies.length; index += 1) {
    const here = rubies[index];
    const next = rubies[index + 1];
    if (here === undefined) continue;
    if (next !== undefined && next.version.patch === here.version.patch + 1) continue;
    const run = rubies.slice(first, index + 1).map((ruby) => ruby.name);
    parts.push(run.length > 2 ? `${run[0]}–${run.at(-1)}` : run.join(', '));
    first = index + 1;
  }
  return parts.join(', ');
}
