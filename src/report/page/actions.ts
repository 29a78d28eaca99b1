import type { RunRecord } from '../../domain/run/record.ts';
import { markup, type Markup } from '../text/markup.ts';

/** A link of the service to the same run in another form. */
export interface ActionLink {
  readonly href: string;
  readonly text: string;
}

/** What can be done with a run where it is shown. */
interface Offered {
  readonly links: readonly ActionLink[];
  /** The run as files of several formats. */
  readonly files: readonly ActionLink[];
  /** What else there is to do. */
  readonly more: Markup | null;
}

/** Renders the actions of a run: a button that copies its bug report, links, and files. */
export function actions(run: RunRecord, { links, files, more }: Offered): Markup {
  const anchors = links.map(({ href, text }) => markup`<a class="button" href="${href}">${text}</a>`);
  const items = files.map(({ href, text }) => markup`<li><a href="${href}">${text}</a></li>`);
  const list =
    files.length === 0
      ? null
      : markup`<p class="files-label" id="files">As a file</p><ul class="files" aria-labelledby="files">${items}</ul>`;
  const ended = run.finishedAt !== null;
  return markup`<div data-part="actions">
  <div class="actions">
    <button type="button" class="main needs-script" data-copy="bug-report"${ended ? null : markup` disabled`}>
      Copy as bug report
    </button>
    ${anchors}${more}<span class="hint" id="copy-status" role="status"></span>
  </div>
  ${list}
</div>`;
}
