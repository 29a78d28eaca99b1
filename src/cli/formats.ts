import type { RunRecord } from '../domain/record.ts';
import type { StoredTrace } from '../engine/ports.ts';
import { json } from '../report/json.ts';
import { ndjson } from '../report/ndjson.ts';
import type { Style } from '../report/style.ts';
import { table } from '../report/table.ts';

export const FORMATS = ['table', 'json', 'ndjson'] as const;
export type Format = (typeof FORMATS)[number];

export interface Page {
  /** Columns there are for a table. */
  readonly width: number;
  readonly style: Style;
}

/** Columns of a table that goes to a file or a pipe. */
const PAGE_WIDTH = 160;

/** The page that a stream gives: a terminal's own width, or a fixed one elsewhere. */
export function pageOf(stream: { readonly isTTY?: boolean; readonly columns?: number }, style: Style): Page {
  return { width: stream.isTTY === true ? (stream.columns ?? PAGE_WIDTH) : PAGE_WIDTH, style };
}

/** A finished run in one of the formats. */
export function render(run: RunRecord, traces: readonly StoredTrace[], format: Format, page: Page): string {
  switch (format) {
    case 'table':
      return table(run, { ...page, curves: curvesOf(traces) });
    case 'json':
      return json(run);
    case 'ndjson':
      return ndjson(run);
  }
}

/** Live bytes at each checkpoint of the run that measured, by ruby. */
function curvesOf(traces: readonly StoredTrace[]): ReadonlyMap<string, readonly number[]> {
  const measuring = traces.filter((trace) => trace.pass === 'measure');
  return new Map(
    measuring.map((trace) => [
      trace.ruby,
      trace.samples.map((sample) => sample.mallocBytes + sample.slotBytes),
    ]),
  );
}
