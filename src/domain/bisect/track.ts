import { parseCellId, splitCellId, type CellId } from '../cell/cell-id.ts';
import { compareGemVersions } from '../ruby/gem-versions.ts';
import { parseVersion, releaseSeries } from '../ruby/version.ts';

/** Releases of one series, in order. A fix in one series says nothing about another. */
export interface Series {
  readonly name: string;
  readonly cells: readonly CellId[];
}

/** Cells that are alike in all but what is searched, oldest first. */
export interface Track {
  /** What they have in common: the end of their ids (`+yjit`), or the ruby whose gem is searched. */
  readonly name: string;
  readonly series: readonly Series[];
  /** Cells in between that are measured with the ends: where there is one series, what comes and goes shows in no end. */
  readonly probes: number;
}

/** The gem whose versions are searched; null: releases of Ruby are. */
export type Searched = string | null;

const FEW = 8;
const PROBES = 3;

/**
 * Sorts the candidates into tracks and series.
 * @param candidates in the order of the matrix; variants of a release (`all-ruby/2.3.6`) are left out
 */
export function tracksOf(candidates: readonly CellId[], gem: Searched): readonly Track[] {
  return gem === null ? releaseTracks(candidates) : gemTracks(candidates, gem);
}

function releaseTracks(candidates: readonly CellId[]): readonly Track[] {
  const plain = candidates.flatMap((id) => {
    const { ruby, suffix } = splitCellId(id);
    const version = parseVersion(ruby);
    return version === null ? [] : [{ id, suffix, series: releaseSeries(version) }];
  });
  return [...Map.groupBy(plain, ({ suffix }) => suffix)].map(([name, alike]) => ({
    name,
    series: [...Map.groupBy(alike, ({ series }) => series)].map(([series, those]) => ({
      name: series,
      cells: those.map(({ id }) => id),
    })),
    probes: 0,
  }));
}

function gemTracks(candidates: readonly CellId[], gem: string): readonly Track[] {
  const setting = `gem.${gem}` as const;
  const versions = candidates.flatMap((id) => {
    const parsed = parseCellId(id);
    if (parsed?.settings[setting] === undefined) return [];
    const { [setting]: _, ...others } = parsed.settings;
    return [
      {
        id,
        version: parsed.settings[setting] ?? '',
        name: [parsed.ruby, ...Object.entries(others).map((pair) => pair.join('='))].join('+'),
      },
    ];
  });
  return [...Map.groupBy(versions, ({ name }) => name)].map(([name, alike]) => ({
    name,
    series: [
      {
        name: gem,
        cells: alike.toSorted((a, b) => compareGemVersions(a.version, b.version)).map(({ id }) => id),
      },
    ],
    probes: alike.length > FEW ? PROBES : 0,
  }));
}
