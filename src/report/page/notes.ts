import type { RunRecord } from '../../domain/run/record.ts';
import { footnotes } from '../summary/footnotes.ts';
import { boundaryHint, heapDumpsHint, hintText } from '../summary/hint.ts';
import { markup, type Markup } from '../text/markup.ts';

/**
 * Renders warnings and notes, and where to look next. The element exists from the beginning, for a live page.
 */
export function notes(run: RunRecord): Markup {
  const all = footnotes(run);
  const hints = run.finishedAt === null ? [] : [boundaryHint(run), heapDumpsHint(run)];
  const items = all.map((text) => markup`<li>${text}</li>`);
  const list = items.length === 0 ? null : markup`<h2>Notes</h2><ul>${items}</ul>`;
  const next = hints.flatMap((hint) => (hint === null ? [] : markup`<p class="hint">${hintText(hint)}</p>`));
  return markup`<div class="notes" data-part="notes">${list}${next}</div>`;
}
