import type { RunRecord } from '../../domain/run/record.ts';
import type { StoredTrace } from '../../domain/measurement/sample.ts';
import { csv } from '../../report/formats/csv.ts';
import { badge } from '../../report/heat/badge.ts';
import { html } from '../../report/page/html.ts';
import { json } from '../../report/formats/json.ts';
import { junit } from '../../report/formats/junit.ts';
import { markdown } from '../../report/formats/markdown.ts';
import { folded } from '../../report/picture/folded.ts';
import { leakTrees } from '../../report/picture/leak-pictures.ts';
import { pprof } from '../../report/picture/pprof.ts';
import { speedscope } from '../../report/picture/speedscope.ts';
import { stillPicture } from '../../report/picture/still/still.ts';
import { comparePage } from '../pages/compare/compare-page.ts';
import { comparisonAnswer } from './comparison-answer.ts';
import { runPage } from '../pages/run-page.ts';

/** What to render of a run, and how. Plain data, so that it may be rendered on another thread. */
export type Rendering =
  | {
      readonly kind: 'page';
      readonly run: RunRecord;
      readonly position: number | null;
      readonly signedIn: boolean;
      /** Id of the cell that the others are to be compared with; null: as it was requested. */
      readonly base: string | null;
    }
  | { readonly kind: ReportKind; readonly run: RunRecord }
  | {
      /** Two runs side by side, as a page or as JSON. */
      readonly kind: 'compare' | 'compare.json';
      /** The base. */
      readonly run: RunRecord;
      readonly other: RunRecord;
      readonly signedIn: boolean;
    };

/** Forms of a report, by the ending of their address. */
export type ReportKind =
  | ('html' | 'md' | 'csv' | 'xml' | 'json')
  | ('svg' | 'folded' | 'speedscope.json' | 'pb')
  | 'badge';

/** Text, or bytes where the form is no text. */
export type Rendered = string | Uint8Array<ArrayBuffer>;

/** Renders something, on any thread. */
export type Render = (what: Rendering) => Promise<Rendered>;

/** Tells whether a rendering shows curves. */
export const showsTraces = ({ kind }: Rendering): boolean =>
  kind === 'page' || kind === 'html' || kind === 'svg';

/** Renders a run as text, or bytes. */
export function rendered(what: Rendering, traces: readonly StoredTrace[]): Rendered {
  const { run } = what;
  switch (what.kind) {
    case 'page':
      return runPage({ run, traces, position: what.position, signedIn: what.signedIn, base: what.base });
    case 'compare':
      return comparePage(run, what.other, what.signedIn);
    case 'compare.json':
      return JSON.stringify(comparisonAnswer(run, what.other));
    case 'html':
      return html(run, traces);
    case 'md':
      return markdown(run);
    case 'csv':
      return csv(run);
    case 'xml':
      return junit(run);
    case 'json':
      return json(run);
    case 'svg':
      return stillPicture(run, leakTrees(run), traces);
    case 'badge':
      return badge(run);
    case 'folded':
      return folded(leakTrees(run));
    case 'speedscope.json':
      return speedscope(run, leakTrees(run));
    case 'pb':
      return new Uint8Array(pprof(leakTrees(run)));
  }
}
