import type { RunSummary } from '../../../engine/service/archive/run-summary.ts';
import { markup, type Markup } from '../../../report/text/markup.ts';
import { runItems } from './run-items.ts';

/** Renders the newest runs, and the way to the others. */
export function latestRuns(runs: readonly RunSummary[]): Markup {
  const list =
    runs.length === 0
      ? markup`<p class="hint">None yet: the first run will appear here.</p>`
      : markup`${runItems(runs)}<p><a href="/runs">All runs, to search and filter</a></p>`;
  return markup`<section aria-labelledby="latest"><h2 id="latest">Latest runs</h2>${list}</section>`;
}
