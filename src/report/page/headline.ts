import { chosenPlain } from '../../domain/run/plain-options.ts';
import type { RunRecord } from '../../domain/run/record.ts';
import { formatSeconds } from '../text/format-number.ts';
import { loopNames } from '../loops/loop-name.ts';
import { namesLoops, loopViews } from '../loops/loop-views.ts';
import { markup, type Markup } from '../text/markup.ts';
import { printable } from '../text/printable.ts';
import { resultSentence } from '../bisect/sentence.ts';
import { minuteText } from './minute-text.ts';

/**
 * Renders the sentence, the progress of the run, and what was run. `position` is the place of a waiting run
 * in its queue.
 */
export function headline(run: RunRecord, position: number | null): Markup {
  return markup`<header class="headline">
  <p class="script-name">${printable(run.script.name)}</p>
  <h1 data-part="title">${titleOf(run)}</h1>
  <div role="status">${progress(run, position)}</div>
</header>
${facts(run)}`;
}

/** Describes what is known so far; a claim about the whole run only when it has ended. */
export function titleOf(run: RunRecord): string {
  const done = run.cells.filter((cell) => cell.state === 'done');
  if (done.length === 0) return 'Nothing measured yet';
  const sentence = run.sentence ?? resultSentence(done, run.listed, run.bisect);
  return printable(run.finishedAt === null ? `So far: ${sentence}` : sentence);
}

/** Names cells: `rubies` as long as no ruby has several. */
function noun({ cells }: RunRecord): string {
  const isRubies = new Set(cells.map(({ ruby }) => ruby)).size === cells.length;
  if (!isRubies) return 'cells';
  return cells.length === 1 ? 'ruby' : 'rubies';
}

/** Describes the progress of a run: `5 of 12 rubies done`. */
function progressText(run: RunRecord, position: number | null): string {
  const done = run.cells.filter((cell) => cell.state === 'done').length;
  const count = `${done} of ${run.cells.length} ${noun(run)} done`;
  switch (run.state) {
    case 'queued':
      return position === null
        ? `Waiting: ${count}`
        : `Waiting at position ${position} in the queue: ${count}`;
    case 'running':
      return `Measuring: ${count}`;
    case 'cancelled':
      return `Cancelled: ${count}`;
    case 'done':
      return `Done: ${count}`;
  }
}

function progress(run: RunRecord, position: number | null): Markup {
  const done = run.cells.filter((cell) => cell.state === 'done').length;
  const text = progressText(run, position);
  return markup`<p class="progress" data-part="progress">
    <progress max="${Math.max(1, run.cells.length)}" value="${done}" aria-label="${noun(run)} done"></progress>
    <span>${text}</span>
  </p>`;
}

function facts(run: RunRecord): Markup {
  const seconds = run.cells.reduce((sum, cell) => sum + cell.seconds, 0);
  const all: readonly (readonly [string, string])[] = [
    ['Run', run.id],
    ['Started', minuteText(run.createdAt)],
    ...(run.basedOn === null ? [] : [['Edited from', run.basedOn] as const]),
    namesLoops(run.cells) ? ['Loops', loopNames(loopViews(run.cells, run.listed))] : ['Loop', loopText(run)],
    [
      'Budget',
      [`${run.options.budgetSeconds} s of looping per ruby`, ...chosenPlain(run.options)].join(', '),
    ],
    ['Measured for', `${formatSeconds(seconds)} s in containers`],
  ];
  const items = all.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${printable(value)}</dd></div>`);
  return markup`<dl class="facts" data-part="facts">${items}</dl>`;
}

function loopText({ loop }: RunRecord): string {
  if (loop === null) return 'none found';
  const kinds = loop.kinds.join(' › ');
  if (loop.line === null) return `the whole script${kinds === '' ? '' : ` (${kinds})`}`;
  const inner =
    loop.unitLine === null || loop.unitLine === loop.line ? '' : `, unit at line ${loop.unitLine}`;
  return `line ${loop.line}${inner}${kinds === '' ? '' : ` (${kinds})`}`;
}
