import { splitCellId } from '../../domain/cell/cell-id.ts';
import type { RunRecord } from '../../domain/run/record.ts';
import { stripSeries, type StripMark } from '../svg/strip-series.ts';

/** A series of releases: columns side by side. */
export interface GridSeries {
  readonly title: string;
  readonly columns: number;
}

/** All releases from left to right, a row for each combination of settings. */
export interface Grid {
  readonly series: readonly GridSeries[];
  /** Columns of all series. */
  readonly columns: number;
  readonly rows: readonly GridRow[];
}

export interface GridRow {
  /** `jit=off` or `yjit`, as the cells are named; empty where none of them has settings. */
  readonly suffix: string;
  /** A mark for each column; null where the row has none there. */
  readonly marks: readonly (StripMark | null)[];
}

/** Returns the grid of a run, from the first series that was run to the last. */
export function gridOf(run: RunRecord): Grid {
  const rows = stripSeries(run);
  const titles = [...new Set(rows.map(({ series }) => series))];
  const suffixes = [...new Set(['', ...rows.flatMap(suffixesOf)])];
  const columnsOf = (title: string): readonly string[] => [
    ...new Set(rows.filter(({ series }) => series === title).flatMap(({ marks }) => marks.map(rubyOf))),
  ];
  const all = titles.map((title) => ({ title, rubies: columnsOf(title) }));
  const marks = new Map(
    rows.flatMap((row) => row.marks.map((mark) => [`${rubyOf(mark)} ${suffixOf(mark)}`, mark] as const)),
  );
  const filled = suffixes.map((suffix) => ({
    suffix,
    marks: all.flatMap(({ rubies }) => rubies.map((ruby) => marks.get(`${ruby} ${suffix}`) ?? null)),
  }));
  const shown = filled.filter(({ marks: those }) => those.some((mark) => mark !== null && isKnown(mark)));
  return {
    series: all.map(({ title, rubies }) => ({ title, columns: rubies.length })),
    columns: all.reduce((sum, { rubies }) => sum + rubies.length, 0),
    rows: shown.length === 0 ? filled.slice(0, 1) : shown,
  };
}

/** Returns whether anything is known of it. */
const isKnown = ({ cell, inferred }: StripMark): boolean => cell !== undefined || inferred !== null;

const rubyOf = ({ name }: StripMark): string => splitCellId(name).ruby;

const suffixOf = ({ name }: StripMark): string => splitCellId(name).suffix;

const suffixesOf = ({ marks }: { readonly marks: readonly StripMark[] }): readonly string[] =>
  marks.filter(isKnown).map(suffixOf);
