import type { RunRecord } from '../../../domain/run/record.ts';
import { DIFFERENCE_COLUMNS } from '../../../report/comparison/comparison-view.ts';
import { runsView, type RunsRow, type RunsView } from '../../../report/comparison/runs-view.ts';
import { titleOf } from '../../../report/page/headline.ts';
import { minuteText } from '../../../report/page/minute-text.ts';
import { sign } from '../../../report/svg/sign.ts';
import { markup, type Markup } from '../../../report/text/markup.ts';
import { printable } from '../../../report/text/printable.ts';
import { layout } from '../layout.ts';
import { scriptChanges } from './script-changes.ts';

/** Renders two runs side by side: what changed, cell by cell. It works without JavaScript. */
export function comparePage(base: RunRecord, other: RunRecord, signedIn: boolean): string {
  const view = runsView(base, other);
  const main = markup`<h1>${printable(view.sentences[0] ?? '')}</h1>
<ul class="sentences">${view.sentences.slice(1).map((text) => markup`<li>${printable(text)}</li>`)}</ul>
<div class="two">${side('Base', base)}${side('Other run', other)}</div>
<p class="actions">
  <a class="button" href="/runs/${other.id}/compare/${base.id}">Swap the two</a>
  <a class="button" href="/runs?compare=${base.id}">Compare the base with another run</a>
</p>
${view.rows.length === 0 ? null : table(view)}
${only('Only in the base', view.onlyInBase)}
${only('Only in the other run', view.onlyInOther)}
${view.isOneScript ? null : scriptChanges(base.script, other.script)}`;
  const names = [base, other].map(({ script }) => printable(script.name));
  return layout({
    title: `${names.join(' and ')}, compared: Matrix`,
    main,
    scripts: [],
    events: null,
    signedIn,
  });
}

function side(heading: string, run: RunRecord): Markup {
  return markup`<section class="side"><h2>${heading}</h2>
  <p><a href="/runs/${run.id}">${titleOf(run)}</a></p>
  <p class="hint"><code>${printable(run.script.name)}</code> <time datetime="${run.createdAt}">${minuteText(run.createdAt)}</time></p>
</section>`;
}

const HEADINGS = ['Cell', 'Change', 'Base', 'Other run'] as const;

function table({ rows, legend }: RunsView): Markup {
  // Times and memory are there only where the runs compared cells themselves.
  const shown = DIFFERENCE_COLUMNS.flatMap((_, index) =>
    rows.some(({ texts }) => texts[index] !== '') ? [index] : [],
  );
  const titles = shown.map((index) => `Difference in ${DIFFERENCE_COLUMNS[index] ?? ''}`);
  const heads = [
    ...HEADINGS.map((title) => markup`<th scope="col">${title}</th>`),
    ...titles.map((title) => markup`<th scope="col" class="number">${title}</th>`),
  ];
  return markup`<section aria-labelledby="cells">
  <h2 id="cells">Cell by cell</h2>
  <div class="scroll" role="group" aria-label="Table of both runs, scrolls sideways" tabindex="0">
    <table>
      <thead><tr>${heads}</tr></thead>
      <tbody>${rows.map((one) => row(one, shown))}</tbody>
    </table>
  </div>
  <p class="hint">${legend}</p>
</section>`;
}

function row({ cell, change, base, other, texts, reason }: RunsRow, shown: readonly number[]): Markup {
  const values =
    reason === null
      ? shown.map((index) => markup`<td class="number">${texts[index] ?? ''}</td>`)
      : markup`<td colspan="${Math.max(1, shown.length)}">${printable(reason)}</td>`;
  return markup`<tr>
  <th scope="row">${printable(cell)}</th>
  <td>${change}</td>
  ${result(base)}${result(other)}
  ${values}
</tr>`;
}

const result = ({ status, word, rate }: RunsRow['base']): Markup => markup`<td class="verdict">
  ${sign(status)} <span class="word ${status}">${printable(word)}</span><span class="detail">${rate}</span>
</td>`;

function only(heading: string, names: readonly string[]): Markup | null {
  if (names.length === 0) return null;
  return markup`<section><h2>${heading}</h2><p>${names.map(printable).join(', ')}</p></section>`;
}
