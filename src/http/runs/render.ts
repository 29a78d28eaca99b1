import type { RunRecord } from '../../domain/run/record.ts';
import type { StoredTrace } from '../../domain/measurement/sample.ts';
import { csv } from '../../report/formats/csv.ts';
import { html } from '../../report/page/html.ts';
import { json } from '../../report/formats/json.ts';
import { junit } from '../../report/formats/junit.ts';
import { markdown } from '../../report/formats/markdown.ts';
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
  | { readonly kind: 'html' | 'md' | 'csv' | 'xml' | 'json'; readonly run: RunRecord };

/** Renders something, on any thread. */
export type Render = (what: Rendering) => Promise<string>;

/** Tells whether a rendering shows curves. */
export const showsTraces = ({ kind }: Rendering): boolean => kind === 'page' || kind === 'html';

/** Renders a run as text. */
export function rendered(what: Rendering, traces: readonly StoredTrace[]): string {
  const { run } = what;
  switch (what.kind) {
    case 'page':
      return runPage({ run, traces, position: what.position, signedIn: what.signedIn, base: what.base });
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
  }
}
