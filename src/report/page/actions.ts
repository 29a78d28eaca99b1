import type { RunRecord } from '../../domain/run/record.ts';
import { markup, type Markup } from '../text/markup.ts';

/** A link of the service to the same run in another form. */
export interface ActionLink {
  readonly href: string;
  readonly text: string;
}

/**
 * Renders the actions of a run: a button that copies its bug report, and links.
 * @param more what else there is to do where the run is shown
 */
export function actions(run: RunRecord, links: readonly ActionLink[], more: Markup | null): Markup {
  const anchors = links.map(({ href, text }) => markup`<a class="button" href="${href}">${text}</a>`);
  const ended = run.finishedAt !== null;
  return markup`<div data-part="actions">
  <div class="actions">
    <button type="button" class="main needs-script" data-copy="bug-report"${ended ? null : markup` disabled`}>
      Copy as bug report
    </button>
    ${anchors}${more}<span class="hint" id="copy-status" role="status"></span>
  </div>
</div>`;
}
