import { raw } from 'hono/html';
import type { RunRecord } from '../../domain/run/record.ts';
import type { StoredTrace } from '../../domain/measurement/sample.ts';
import { markup } from '../text/markup.ts';
import { actions } from './actions.ts';
import { pageCss } from './css/index.ts';
import { titleOf } from './headline.ts';
import { signDefinitions } from '../svg/sign.ts';
import { PAGE_SCRIPT_HASH, pageScript } from './page-script.ts';
import { runBody } from './run-body.ts';
import { compactCss, compactMarkup } from '../text/compact-markup.ts';
import { printable } from '../text/printable.ts';

/**
 * Content-Security-Policy of the exported file: no network at all, its own style, and its one script, by
 * hash. A server that serves the file sends the same.
 */
export const HTML_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  `script-src '${PAGE_SCRIPT_HASH}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/**
 * What only a live page needs: names by which it is kept up to date (text has its quotation marks escaped), and room
 * for what comes.
 */
const FOR_LIVE = / data-(?:part|status|row|cell)="[^"]*"|<span class="detail"><\/span>/g;

/**
 * Writes the run as one HTML file: no external resource, readable without JavaScript.
 * @param traces samples of the run, for the curves; a ruby without any has an empty panel
 */
export function html(run: RunRecord, traces: readonly StoredTrace[]): string {
  const body = runBody({
    run,
    traces,
    position: null,
    actions: actions(run, { links: [], files: [], more: null }),
  });
  const inside = markup`<a class="skip" href="#numbers">Skip to the numbers</a>
${signDefinitions()}<main>${body}</main>`;
  const settled = inside.toString().replaceAll(FOR_LIVE, '');
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${HTML_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Matrix">
<title>${printable(run.script.name)}: ${titleOf(run)}</title>
<style>${raw(compactCss(pageCss))}</style>
</head>
<body>
${raw(compactMarkup(settled))}
<script>${raw(pageScript)}</script>
</body>
</html>
`;
  return page.toString();
}
