import type { CellRecord, RunRecord } from '../../domain/record.ts';

/** One release of the strip; `cell` is undefined where it was not part of the run. */
export interface StripMark {
  /** Id of the cell, or the name of a release that was not run. */
  readonly name: string;
  /** What tells it from its neighbours: the patch number, or a variant's whole name. */
  readonly label: string;
  readonly cell: CellRecord | undefined;
}

export interface StripSeries {
  /** `2.3`, or `others` for entries that are no plain release. */
  readonly title: string;
  readonly marks: readonly StripMark[];
}

const RELEASE = /^(\d+\.\d+)\.(\d+)$/;

/**
 * All listed releases in order, by series, from the first series that was run to the last; what lies between and
 * was not run is there too, so that a gap looks like one. Other entries follow when they were run.
 */
export function stripSeries(run: RunRecord): readonly StripSeries[] {
  const cells = new Map<string, CellRecord>(run.cells.map((cell) => [cell.id, cell]));
  const names = [...new Set([...run.listed, ...cells.keys()])];
  const releases = names.flatMap((name) => {
    const [, title, label] = RELEASE.exec(name) ?? [];
    return title === undefined || label === undefined ? [] : [{ name, title, label, cell: cells.get(name) }];
  });
  const all = [...Map.groupBy(releases, (mark) => mark.title)].map(([title, marks]) => ({ title, marks }));
  const wasRun = (series: StripSeries): boolean => series.marks.some((mark) => mark.cell !== undefined);
  const others = run.cells.filter((cell) => !RELEASE.test(cell.id));
  const marks = others.map((cell) => ({ name: cell.id, label: cell.id, cell }));
  const shown = all.slice(
    all.findIndex(wasRun) === -1 ? all.length : all.findIndex(wasRun),
    all.findLastIndex(wasRun) + 1,
  );
  return marks.length === 0 ? shown : [...shown, { title: 'others', marks }];
}
