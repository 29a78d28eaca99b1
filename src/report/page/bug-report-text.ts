import type { RunRecord } from '../../domain/run/record.ts';
import { bugReport } from '../formats/bug-report.ts';
import { markup, type Markup } from '../text/markup.ts';

/** Renders the text that the button copies, to be read first, or copied by hand without JavaScript. */
export function bugReportText(run: RunRecord): Markup {
  const text = run.finishedAt === null ? 'It is written when the run has ended.' : bugReport(run);
  return markup`<section aria-labelledby="report">
  <h2 id="report">Bug report</h2>
  <div data-part="bug-report">
    <details id="bug-report-text">
      <summary>Text to paste into a tracker that reads Markdown</summary>
      <pre id="bug-report" role="group" tabindex="0" aria-label="Text of the bug report">${text}</pre>
    </details>
  </div>
</section>`;
}
