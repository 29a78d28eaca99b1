import { joinNames } from '../../domain/names.ts';
import { compareTexts, splitCellId } from '../../domain/cell/cell-id.ts';
import { inListedOrder } from '../../domain/run/ordered-cells.ts';

/** Fewer neighbours than this are named one by one. */
const SHORTEST_RANGE = 3;

const RELEASE = /^(\d+\.\d+)\.\d+$/;

/** Reads the series of a release (`2.3` of `2.3.6`); null for names that are no plain release. */
function seriesOf(name: string): string | null {
  return RELEASE.exec(name)?.[1] ?? null;
}

/**
 * Selects the plain releases of a matrix, in its order; other entries (`all-ruby/2.3.6`) are variants that
 * end no range.
 */
export function releases(listed: readonly string[]): readonly string[] {
  return listed.filter((name) => seriesOf(name) !== null);
}

/**
 * Names rubies that share one statement, as briefly as possible: `2.3.0–2.3.8`, `2.5.0 and later`. A range stays
 * within a series and holds only names that were given: every listed release between its ends is one of them. `X and
 * later` starts a series and needs every listed release from there to the newest. Cells with settings have ranges of
 * their own: `3.3.0–3.3.5 with yjit`.
 * @param ids ids of cells, or names of rubies
 */
export function nameRanges(ids: readonly string[], listed: readonly string[]): readonly string[] {
  const all = byVersions(ids);
  const alike = Map.groupBy(all, ({ suffixes, rubies }) =>
    suffixes.length === 1 ? JSON.stringify(rubies) : suffixes.join(),
  );
  return [...alike.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    return same.length === 1 ? rangesWith(first, listed) : [rubiesWith(same, listed)];
  });
}

/** Names the ranges of rubies that share their settings, with the settings after each. */
function rangesWith({ suffixes, rubies }: SameRubies, listed: readonly string[]): readonly string[] {
  const [suffix = ''] = suffixes;
  const single = new Set(suffixes.length === 1 ? rubies : []);
  return rangesOf(rubies, listed).map((range) =>
    suffix === ''
      ? range
      : single.has(range)
        ? `${range}${suffix}`
        : `${range} with ${describeSuffixes(suffixes)}`,
  );
}

/**
 * Names the same rubies with several settings once: `2.7.4 (also with arenas=2 and yjit)`, `2.7.4 with mjit
 * or yjit`.
 */
function rubiesWith(same: readonly SameRubies[], listed: readonly string[]): string {
  const ranges = rangesOf(same[0]?.rubies ?? [], listed);
  const settings = same.flatMap(({ suffixes }) =>
    suffixes[0] === '' ? [] : suffixes.map((suffix) => suffix.slice(1)),
  );
  const isOne = ranges.length === 1 && same[0]?.rubies.length === 1;
  if (settings.length < same.length)
    return `${joinNames(ranges)} (${isOne ? '' : 'each '}also with ${joinNames(settings)})`;
  return `${joinNames(ranges)} with ${joinNames(settings).replace(/ and (?=[^ ]*$)/, ' or ')}`;
}

interface SameRubies {
  readonly suffixes: readonly string[];
  readonly rubies: readonly string[];
}

/** Version of a gem in the end of an id: `leaky=` and `1.0.0` of `+gem.leaky=1.0.0`. */
const VERSION = /(?<=\+gem\.[^=+]+=)[^+]+/;

/** Groups rubies by their settings; versions of a gem that were measured on the same rubies share a group. */
function byVersions(ids: readonly string[]): readonly SameRubies[] {
  const bySettings = Map.groupBy(ids.map(splitCellId), ({ suffix }) => suffix);
  const all = [...bySettings].map(([suffix, cells]) => ({ suffix, rubies: cells.map(({ ruby }) => ruby) }));
  const same = Map.groupBy(all, ({ suffix, rubies }) =>
    JSON.stringify([suffix.replace(VERSION, ''), rubies]),
  );
  return [...same.values()].map((those) => ({
    suffixes: those.map(({ suffix }) => suffix).toSorted(compareTexts),
    rubies: those[0]?.rubies ?? [],
  }));
}

/**
 * Describes ends of ids: `jemalloc, yjit`; `leaky 1.0.0, 1.1.0, yjit` for ends that only differ in a version.
 */
function describeSuffixes(suffixes: readonly string[]): string {
  const [first = ''] = suffixes;
  const versions = suffixes.flatMap((suffix) => VERSION.exec(suffix)?.[0] ?? []);
  const parts = first.slice(1).split('+');
  return parts
    .map((part) =>
      part.replace(/^gem\.([^=]+)=(.*)$/, (_, gem: string, version: string) => {
        return `${gem} ${first.includes(`+${part}`) && version === versions[0] ? joinNames(versions) : version}`;
      }),
    )
    .join(', ');
}

function rangesOf(names: readonly string[], listed: readonly string[]): readonly string[] {
  const given = new Set(names);
  const all = releases(listed);
  const tail = tailStart(given, all);
  const ranges: string[] = [];
  let open: string[] = [];
  const close = (): void => {
    const [first, last] = [open[0], open.at(-1)];
    if (open.length >= SHORTEST_RANGE && first !== undefined) ranges.push(`${first}–${last}`);
    else ranges.push(...open);
    open = [];
  };
  for (const [index, name] of all.entries()) {
    if (!given.has(name) || index >= tail || seriesOf(name) !== seriesOf(open.at(-1) ?? name)) close();
    if (given.has(name) && index < tail) open.push(name);
  }
  close();
  if (tail < all.length) ranges.push(`${all[tail]} and later`);
  const known = new Set(all);
  return [...ranges, ...inListedOrder(names, listed).filter((name) => !known.has(name))];
}

/**
 * Finds the first release of `X and later`, by its index; the number of releases where there is no such tail.
 */
function tailStart(given: ReadonlySet<string>, all: readonly string[]): number {
  let start = all.length;
  for (let index = all.length - 1; index >= 0 && given.has(all[index] ?? ''); index -= 1) {
    const before = all[index - 1];
    if (before === undefined || seriesOf(before) !== seriesOf(all[index] ?? '')) start = index;
  }
  return all.length - start >= SHORTEST_RANGE ? start : all.length;
}
