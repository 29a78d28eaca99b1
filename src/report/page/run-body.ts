import type { RunRecord } from '../../domain/run/record.ts';
import type { StoredTrace } from '../../domain/measurement/sample.ts';
import { markup, type Markup } from '../text/markup.ts';
import { leakPictures } from '../picture/leak-pictures.ts';
import { transitions } from '../bisect/page-section.ts';
import { heatStrip } from '../heat/heat-strip.ts';
import { strip } from '../svg/strip.ts';
import { bugReportText } from './bug-report-text.ts';
import { comparison, FIRST_BASE, type PageBase } from '../comparison/page-section.ts';
import { findings } from './findings.ts';
import { headline } from './headline.ts';
import { notes } from './notes.ts';
import { numbers } from './numbers.ts';
import { outputs } from './outputs.ts';
import { plots } from './plots.ts';
import { script } from './script.ts';

export interface RunBody {
  readonly run: RunRecord;
  readonly traces: readonly StoredTrace[];
  /** Place of a waiting run in its queue, 1 for the next one; null for a run that does not wait. */
  readonly position: number | null;
  /** What can be done with the run where it is shown: downloads, buttons. */
  readonly actions: Markup | null;
  /** What cells are compared with. */
  readonly base?: PageBase;
}

/**
 * Renders a run; the service's page and the exported file show the same. An element with `data-part` may be replaced
 * as a whole by its newer self while a page is live; parts do not nest.
 */
export function runBody({ run, traces, position, actions, base = FIRST_BASE }: RunBody): Markup {
  return markup`
${headline(run, position)}
${actions}
<section aria-labelledby="releases">
  <h2 id="releases">Releases</h2>
  <div data-part="strip">${heatStrip(run)}${strip(run)}</div>
</section>
${transitions(run)}
${comparison(run, base)}
${leakPictures(run)}
${findings(run)}
${plots(run, traces)}
${numbers(run, base.mayChoose)}
${notes(run)}
${script(run)}
${outputs(run)}
${bugReportText(run)}`;
}
