import type { RunRecord } from '../../domain/run/record.ts';
import { markup, type Markup } from '../text/markup.ts';
import { printable } from '../text/printable.ts';
import { suspectLines } from './commits.ts';
import { leftOf, transitionTable } from './lines.ts';

/** Renders where leaks came and went, and what is left to search. The element exists from the beginning, for a live page. */
export function transitions(run: RunRecord): Markup {
  return markup`<div class="transitions" data-part="transitions">${run.bisect === null ? null : section(run)}</div>`;
}

function section(run: RunRecord): Markup {
  const { titles, rows } = transitionTable(run);
  const heads = titles.map((title) => markup`<th scope="col">${title}</th>`);
  const lines = rows.map((row) => markup`<tr>${row.map((text) => markup`<td>${printable(text)}</td>`)}</tr>`);
  const left = run.finishedAt === null ? (leftOf(run)?.text ?? null) : null;
  const suspects = (run.bisect?.findings ?? []).flatMap(({ transitions: all }) => all.flatMap(suspectLines));
  const table = markup`<div class="scroll" role="group" aria-label="Changes, scrolls sideways" tabindex="0">
    <table><thead><tr>${heads}</tr></thead><tbody>${lines}</tbody></table>
  </div>`;
  return markup`<section aria-labelledby="changes">
  <h2 id="changes">Where it changed</h2>
  ${rows.length === 0 ? markup`<p>${run.finishedAt === null ? 'No change is known yet.' : 'Nothing changed.'}</p>` : table}
  ${suspects.length === 0 ? null : markup`<pre>${suspects.join('\n')}</pre>`}
  ${left === null ? null : markup`<p class="hint">${left}</p>`}
</section>`;
}
