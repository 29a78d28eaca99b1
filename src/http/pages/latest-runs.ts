import type { RunRecord } from '../../domain/run/record.ts';
import { markup, type Markup } from '../../report/text/markup.ts';
import { progressText, titleOf } from '../../report/page/headline.ts';
import { minuteText } from '../../report/page/minute-text.ts';
import { printable } from '../../report/text/printable.ts';
import { STATUS_WORDS } from '../../report/rows/status.ts';
import { sign } from '../../report/svg/sign.ts';

/** Renders the newest runs, each with its sentence. */
export function latestRuns(runs: readonly RunRecord[]): Markup {
  const items = runs.map(item);
  const list =
    items.length === 0
      ? markup`<p class="hint">None yet: the first run will appear here.</p>`
      : markup`<ol class="runs">${items}</ol>`;
  return markup`<section aria-labelledby="latest"><h2 id="latest">Latest runs</h2>${list}</section>`;
}

function item(run: RunRecord): Markup {
  const when = minuteText(run.createdAt);
  const counts = ([run.leaking, run.clean, run.inconclusive, run.unmeasured] as const).map((names, index) => {
    const status = (['leak', 'clean', 'inconclusive', 'failed'] as const)[index];
    if (names.length === 0 || status === undefined) return markup``;
    return markup`<span>${sign(status)} ${names.length} ${STATUS_WORDS[status]}</span>`;
  });
  const state = run.finishedAt === null || run.state === 'cancelled' ? progressText(run, null) : null;
  return markup`<li>
  <a href="/runs/${run.id}">${titleOf(run)}</a>
  <p class="hint">
    <code>${printable(run.script.name)}</code> <time datetime="${run.createdAt}">${when}</time>
    ${counts}${state === null ? null : markup`<span>${state}</span>`}
  </p>
</li>`;
}
