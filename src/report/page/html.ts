import { raw } from 'hono/html';
import type { RunRecord } from '../../domain/run/record.ts';
import type { StoredTrace } from '../../domain/measurement/sample.ts';
import { markup } from '../text/markup.ts';
import { actions } from './actions.ts';
import { copyScript } from './copy-script.ts';
import { pageCss } from './css/index.ts';
import { titleOf } from './headline.ts';
import { signDefinitions } from '../svg/sign.ts';
import { runBody } from './run-body.ts';
import { printable } from '../text/printable.ts';

/**
 * Content-Security-Policy of the exported file: no network at all, its own style, and its one script, by
 * hash. A server that serves the file sends the same.
 */
export const HTML_POLICY = [
  "default-src 'none'",
  "style-src 'unsafe-inline'",
  "script-src 'sha256-D6h0AHYWrEzsAe1k+szSVN8+xEvAlVn2+e8+lJjfTm8='",
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/**
 * Writes the run as one HTML file: no external resource, readable without JavaScript.
 * @param traces samples of the run, for the curves; a ruby without any has an empty panel
 */
export function html(run: RunRecord, traces: readonly StoredTrace[]): string {
  const body = runBody({ run, traces, position: null, actions: actions(run, [], null) });
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${HTML_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Matrix">
<title>${printable(run.script.name)}: ${titleOf(run)}</title>
<style>${raw(pageCss)}</style>
</head>
<body>
<a class="skip" href="#numbers">Skip to the numbers</a>
${signDefinitions()}<main>${body}</main>
<script>${raw(copyScript)}</script>
</body>
</html>
`;
  // Names by which a live page is kept up to date; text has its quotation marks escaped.
  return page.toString().replaceAll(/ data-(?:part|status)="[^"]*"/g, '');
}
