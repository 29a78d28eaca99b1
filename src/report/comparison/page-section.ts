import type { Settings } from '../../domain/cell/settings.ts';
import type { RunRecord } from '../../domain/run/record.ts';
import { comparisonView, DIFFERENCE_COLUMNS, type DifferenceRow } from './comparison-view.ts';
import { markup, type Markup } from '../text/markup.ts';
import { printable } from '../text/printable.ts';

/** The cell that others are compared with, and whether the page lets visitors choose another. */
export interface PageBase {
  /** Settings of the cell that was chosen; null: the one that was requested first. */
  readonly chosen: Settings | null;
  /** Whether the address takes `?base=ID`. */
  readonly mayChoose: boolean;
  /** Requested base that is no cell of the run; null: none was requested, or it is one. */
  readonly unknown: string | null;
}

/** Base of a page without a choice, such as an exported file. */
export const FIRST_BASE: PageBase = { chosen: null, mayChoose: false, unknown: null };

/** Renders what is different between the cells. The element exists from the beginning, for a live page. */
export function comparison(run: RunRecord, base: PageBase): Markup {
  const view = comparisonView(run, base.chosen);
  return markup`<div class="comparison" data-part="comparison">${view === null ? null : section(view, base)}</div>`;
}

function section(
  { sentences, rows, legend }: NonNullable<ReturnType<typeof comparisonView>>,
  { chosen, mayChoose, unknown }: PageBase,
): Markup {
  // A column in which nothing is known is left out; the first one stays, for the reasons.
  const shown = DIFFERENCE_COLUMNS.flatMap((_, index) =>
    index === 0 || rows.some(({ texts }) => (texts[index] ?? '') !== '') ? [index] : [],
  );
  const titles = shown.map((index) => DIFFERENCE_COLUMNS[index] ?? '');
  const heads = ['Cell', 'Compared with', ...titles].map(
    (title, index) => markup`<th scope="col" class="${index < 2 ? '' : 'number'}">${title}</th>`,
  );
  const back = chosen === null ? null : markup` <a href="?#comparison">Compare as it was asked for</a>`;
  const wrong =
    unknown === null ? null : markup`<p class="problem">${printable(unknown)} is no cell of this run.</p>`;
  const how = mayChoose
    ? markup`<p class="hint">Choose a cell to compare the others of its ruby with it.${back}</p>`
    : null;
  return markup`<section aria-labelledby="comparison">
  <h2 id="comparison">What is different</h2>
  ${wrong}
  <ul class="sentences">${sentences.map((text) => markup`<li>${printable(text)}</li>`)}</ul>
  <div class="scroll" role="group" aria-label="Table of differences, scrolls sideways" tabindex="0">
    <table>
      <thead><tr>${heads}</tr></thead>
      <tbody>${rows.map((row) => rowOf(row, shown, mayChoose))}</tbody>
    </table>
  </div>
  <p class="hint">${legend}</p>
  ${how}
</section>`;
}

function rowOf(
  { cell, base, texts, reason }: DifferenceRow,
  shown: readonly number[],
  mayChoose: boolean,
): Markup {
  const values =
    reason === null
      ? shown.map((index) => markup`<td class="number">${texts[index] ?? ''}</td>`)
      : markup`<td colspan="${shown.length}">${printable(reason)}</td>`;
  return markup`<tr>
  <th scope="row">${mayChoose ? baseLink(cell) : printable(cell)}</th>
  <td>${printable(base)}</td>
  ${values}
</tr>`;
}

/** Makes the address of the same page with another base, which works without JavaScript. */
export const baseLink = (cell: string, name = cell): Markup =>
  markup`<a href="?base=${encodeURIComponent(cell)}#comparison" aria-label="${printable(cell)}" title="Compare the others with this one">${printable(name)}</a>`;
