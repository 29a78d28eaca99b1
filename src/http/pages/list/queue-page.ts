import type { QueuedRun, ServiceQueue } from '../../../engine/service/queue.ts';
import { formatCount } from '../../../report/text/format-number.ts';
import { markup, type Markup } from '../../../report/text/markup.ts';
import { printable } from '../../../report/text/printable.ts';
import { layout } from '../layout.ts';
import { runItems } from './run-items.ts';

/** Most runs of a kind on the page. */
const MOST = 100;

/**
 * Renders what is running and what waits, with places in the queue. It is followed by the events of the run that runs
 * longest; without JavaScript by loading it again.
 */
export function queuePage(queue: ServiceQueue, signedIn: boolean): string {
  const { running, waiting, engineProblem } = queue;
  const [first] = [...running, ...waiting];
  const problem =
    engineProblem === null
      ? null
      : markup`<p class="problem" role="alert">Nothing is measured at the moment: ${printable(engineProblem)}</p>`;
  const main = markup`<h1>Queue</h1>
<div data-part="summary" data-follow="${first === undefined ? '' : `/runs/${first.summary.id}/events`}">
  <p role="status">${summaryText(queue)}</p>
  ${problem}
</div>
${section('running', 'Running', running, 'Nothing is running.')}
${section('waiting', 'Waiting', waiting, 'Nothing waits: a new run starts at once.')}
<p class="hint">Clients take turns, cell by cell, so a place is when the next cell of a run is measured. <a href="/queue">Load again</a></p>`;
  return layout({ title: 'Queue: Matrix', main, scripts: ['/assets/queue.js'], events: null, signedIn });
}

const summaryText = ({ running, waiting, measuringCells, waitingCells }: ServiceQueue): string =>
  `Runs: ${formatCount(running.length)} running, ${formatCount(waiting.length)} waiting. ` +
  `Cells: ${formatCount(measuringCells)} measured now, ${formatCount(waitingCells)} waiting.`;

function section(part: string, heading: string, runs: readonly QueuedRun[], none: string): Markup {
  const places = new Map(runs.map(({ summary, position }) => [summary.id, position]));
  const shown = runs.slice(0, MOST).map(({ summary }) => summary);
  const left = runs.length - shown.length;
  const list =
    shown.length === 0
      ? markup`<p class="hint">${none}</p>`
      : runItems(shown, ({ id }) => placeOf(places.get(id) ?? null));
  const more = left === 0 ? null : markup`<p class="hint">${formatCount(left)} more.</p>`;
  return markup`<section aria-labelledby="${part}"><h2 id="${part}">${heading}</h2>
  <div data-part="${part}">${list}${more}</div>
</section>`;
}

const placeOf = (position: number | null): Markup | null =>
  position === null ? null : markup`<strong>Place ${formatCount(position)}</strong>`;
