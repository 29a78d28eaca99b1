import { splitCellId } from '../../domain/cell/cell-id.ts';
import type { CellRecord, RunRecord } from '../../domain/run/record.ts';
import { inferredStates, type InferredState } from '../bisect/inferred-states.ts';

/** One release of the strip; `cell` is undefined where it was not part of the run. */
export interface StripMark {
  /** Id of the cell, or the name of a release that was not run. */
  readonly name: string;
  /** What distinguishes it from its neighbours: the patch number, or a variant's whole name. */
  readonly label: string;
  readonly cell: CellRecord | undefined;
  /** State that a search inferred for it; null elsewhere. */
  readonly inferred: InferredState | null;
}

export interface StripSeries {
  /** `2.3`, `2.3 +yjit` for cells with settings, or `others` for entries that are no plain release. */
  readonly title: string;
  /** `2.3`, or `others`. */
  readonly series: string;
  /** `+yjit`; empty for cells without settings. */
  readonly suffix: string;
  readonly marks: readonly StripMark[];
}

const RELEASE = /^(\d+\.\d+)\.(\d+)$/;

interface Release {
  readonly name: string;
  readonly series: string;
  readonly label: string;
}

/**
 * Arranges all listed releases by series, from the first series that was run to the last, including releases
 * that were not run, so that a gap looks like one. A series has a row for each of its settings. Other entries
 * follow if they were run.
 */
export function stripSeries(run: RunRecord): readonly StripSeries[] {
  const cells = new Map<string, CellRecord>(run.cells.map((cell) => [cell.id, cell]));
  const inferred: ReadonlyMap<string, InferredState> = inferredStates(run);
  const names = [...new Set([...run.listed, ...run.cells.map(({ ruby }) => ruby)])];
  const releases = names.flatMap(releaseOf);
  const suffixes = new Set(
    run.cells.filter(({ ruby }) => RELEASE.test(ruby)).map(({ id }) => splitCellId(id).suffix),
  );
  const all = [...Map.groupBy(releases, ({ series }) => series)].map(([series, members]) =>
    ['', ...[...suffixes].filter((suffix) => suffix !== '')].map((suffix) =>
      rowOf(series, suffix, members, { cells, inferred }),
    ),
  );
  const first = all.findIndex((rows) => rows.some(wasRun));
  const shown = first === -1 ? [] : all.slice(first, all.findLastIndex((rows) => rows.some(wasRun)) + 1);
  const others = run.cells.filter(({ ruby }) => !RELEASE.test(ruby));
  const marks = others.map((cell) => ({ name: cell.id, label: cell.id, cell, inferred: null }));
  return [
    ...shown.flatMap((rows) => rows.filter((row, i) => wasRun(row) || (i === 0 && !rows.some(wasRun)))),
    ...(marks.length === 0 ? [] : [{ title: 'others', series: 'others', suffix: '', marks }]),
  ];
}

function releaseOf(name: string): readonly Release[] {
  const [, series, label] = RELEASE.exec(name) ?? [];
  return series === undefined || label === undefined ? [] : [{ name, series, label }];
}

interface KnownCells {
  readonly cells: ReadonlyMap<string, CellRecord>;
  readonly inferred: ReadonlyMap<string, InferredState>;
}

const rowOf = (
  series: string,
  suffix: string,
  members: readonly Release[],
  { cells, inferred }: KnownCells,
): StripSeries => ({
  title: suffix === '' ? series : `${series} ${suffix}`,
  series,
  suffix,
  marks: members.map(({ name, label }) => {
    const id = `${name}${suffix}`;
    return { name: id, label, cell: cells.get(id), inferred: inferred.get(id) ?? null };
  }),
});

const wasRun = ({ marks }: StripSeries): boolean => marks.some(({ cell }) => cell !== undefined);
