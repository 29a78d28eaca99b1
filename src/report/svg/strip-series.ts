import type { CellRecord, RunRecord } from '../../domain/record.ts';

/** One release of the strip; `cell` is undefined where it was not part of the run. */
export interface StripMark {
  readonly ruby: string;
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
  const cells = new Map(run.cells.map((cell) => [cell.ruby, cell]));
  const names = [...new Set([...run.listed, ...cells.keys()])];
  const releases = names.flatMap((ruby) => {
    const [, title, label] = RELEASE.exec(ruby) ?? [];
    return title === undefined || label === undefined ? [] : [{ ruby, title, label, cell: cells.get(ruby) }];
  });
  const all = [...Map.groupBy(releases, (mark) => mark.title)].map(([title, marks]) => ({ title, marks }));
  const wasRun = (series: StripSeries): boolean => series.marks.some((mark) => mark.cell !== undefined);
  const others = run.cells.filter((cell) => !RELEASE.test(cell.ruby));
  const marks = others.map((cell) => ({ ruby: cell.ruby, label: cell.ruby, cell }));
  const shown = all.slice(
    all.findIndex(wasRun) === -1 ? all.length : all.findIndex(wasRun),
    all.findLastIndex(wasRun) + 1,
  );
  return marks.length === 0 ? shown : [...shown, { title: 'others', marks }];
}
