import type { CellId } from '../../domain/cell/cell-id.ts';
import type { RunRecord } from '../../domain/run/record.ts';
import { liveBytes, type StoredTrace } from '../../domain/measurement/sample.ts';
import { bugReport } from '../../report/formats/bug-report.ts';
import { csv } from '../../report/formats/csv.ts';
import { html } from '../../report/page/html.ts';
import { json, jsonList, ndjson } from '../../report/formats/json.ts';
import { junit } from '../../report/formats/junit.ts';
import { markdown } from '../../report/formats/markdown.ts';
import { folded } from '../../report/picture/folded.ts';
import { leakTrees } from '../../report/picture/leak-pictures.ts';
import { pprof } from '../../report/picture/pprof.ts';
import { speedscope } from '../../report/picture/speedscope.ts';
import { stillPicture } from '../../report/picture/still/still.ts';
import { printable } from '../../report/text/printable.ts';
import { resultSentence } from '../../report/bisect/sentence.ts';
import type { Style } from '../../report/text/style.ts';
import { table } from '../../report/formats/table.ts';

/** Pictures of explained leaks, and what other tools draw them from. */
const PICTURE_FORMATS = ['svg', 'folded', 'speedscope', 'pprof'] as const;
const PLAIN_FORMATS = ['table', 'json', 'ndjson', 'markdown', 'csv', 'junit', 'html', 'bug-report'] as const;
export const FORMATS = [...PLAIN_FORMATS, ...PICTURE_FORMATS] as const;
export type Format = (typeof FORMATS)[number];

export interface Page {
  /** Width of a table in columns. */
  readonly width: number;
  readonly style: Style;
}

/** A finished run with its curves; `path` is the script as the command line named it. */
export interface RenderedRun {
  readonly path: string;
  readonly run: RunRecord;
  readonly traces: readonly StoredTrace[];
}

/** Columns of a table that goes to a file or a pipe. */
const PAGE_WIDTH = 160;

/** Sizes the page for a stream: a terminal's own width, a fixed one elsewhere. */
export function pageOf(stream: { readonly isTTY?: boolean; readonly columns?: number }, style: Style): Page {
  return { width: stream.isTTY === true ? (stream.columns ?? PAGE_WIDTH) : PAGE_WIDTH, style };
}

export interface RenderOptions {
  readonly format: Format;
  /**
   * True where several scripts were requested: JSON is a list and a table ends in a summary, even if only one
   * could be run.
   */
  readonly many: boolean;
  readonly page: Page;
}

/** Formats that show one run. */
export const isOfOneRun = (format: Format): boolean => format === 'html' || isPicture(format);

/** Returns whether it shows what an explanation found. */
export const isPicture = (format: Format): boolean => PICTURE_FORMATS.some((one) => one === format);

/** Renders finished runs in one of the formats: text, or bytes where the format is not text. */
export function render(
  rendered: readonly RenderedRun[],
  { format, many, page }: RenderOptions,
): string | Uint8Array {
  const runs = rendered.map((one) => one.run);
  switch (format) {
    case 'table':
      return tables(rendered, many, page);
    case 'json':
      return many ? jsonList(runs) : runs.map(json).join('');
    case 'ndjson':
      return runs.map(ndjson).join('');
    case 'markdown':
      return markdown(...runs);
    case 'csv':
      return csv(...runs);
    case 'junit':
      return junit(...runs);
    case 'html':
      return rendered.map(({ run, traces }) => html(run, traces)).join('');
    case 'bug-report':
      return bugReport(...runs);
    case 'svg':
      return rendered.map(({ run, traces }) => stillPicture(run, leakTrees(run), traces)).join('');
    case 'folded':
      return folded(runs.flatMap(leakTrees));
    case 'speedscope':
      return runs.map((run) => speedscope(run, leakTrees(run))).join('');
    case 'pprof':
      return pprof(runs.flatMap(leakTrees));
  }
}

/** Renders a table per script under its name, and repeats every sentence at the end. */
function tables(rendered: readonly RenderedRun[], many: boolean, page: Page): string {
  const drawn = rendered.map(({ run, traces }) => table(run, { ...page, curves: curvesOf(traces) }));
  if (!many) return drawn.join('');
  const titled = rendered.map(
    ({ path }, index) => `${page.style.bold(printable(path))}\n\n${drawn[index]}\n`,
  );
  const summary = rendered.map(
    ({ path, run }) => `${printable(path)}: ${resultSentence(run.cells, run.listed, run.bisect)}\n`,
  );
  return [...titled, ...summary].join('');
}

/** Collects the live bytes at each checkpoint of the measuring container, by cell. */
function curvesOf(traces: readonly StoredTrace[]): ReadonlyMap<CellId, readonly number[]> {
  const measuring = traces.filter((trace) => trace.pass === 'measure');
  return new Map(measuring.map((trace) => [trace.cell, trace.samples.map(liveBytes)]));
}
