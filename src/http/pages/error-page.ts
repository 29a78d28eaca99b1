import { markup } from '../../report/text/markup.ts';
import { printable } from '../../report/text/printable.ts';
import { layout } from './layout.ts';
import type { ErrorPageModel } from './model.ts';

/** Renders a problem for a browser. */
export function errorPage({ status, title, detail }: ErrorPageModel): string {
  const main = markup`<p class="script-name">${status}</p>
<h1>${printable(title)}</h1>
<p>${printable(detail)}</p>
<p><a href="/">Go to the start page</a></p>`;
  return layout({ title: `${status} ${printable(title)}`, main, scripts: [], events: null });
}
