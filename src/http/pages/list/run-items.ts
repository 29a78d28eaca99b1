import type { RunSummary } from '../../../engine/service/archive/run-summary.ts';
import { minuteText } from '../../../report/page/minute-text.ts';
import { STATUS_WORDS, type Status } from '../../../report/rows/status.ts';
import { sign } from '../../../report/svg/sign.ts';
import { formatCount } from '../../../report/text/format-number.ts';
import { markup, type Markup } from '../../../report/text/markup.ts';
import { printable } from '../../../report/text/printable.ts';

/** Renders runs as a list, each with its sentence. */
export const runItems = (
  runs: readonly RunSummary[],
  more: (run: RunSummary) => Markup | null = () => null,
): Markup => markup`<ol class="runs">${runs.map((run) => runItem(run, more(run)))}</ol>`;

function runItem(run: RunSummary, more: Markup | null): Markup {
  const isOver = run.finishedAt !== null && run.state === 'done';
  return markup`<li>
  <a href="/runs/${run.id}">${titleOf(run)}</a>
  <p class="hint">
    <code>${printable(run.script.name)}</code> <time datetime="${run.createdAt}">${minuteText(run.createdAt)}</time>
    ${counts(run)}${isOver ? null : markup`<span>${progressOf(run)}</span>`}${more}
  </p>
</li>`;
}

/** Describes what is known of a run; a claim about the whole of it only when it has ended. */
function titleOf({ sentence, finishedAt }: RunSummary): string {
  if (sentence === null) return 'Nothing measured yet';
  return printable(finishedAt === null ? `So far: ${sentence}` : sentence);
}

function counts(run: RunSummary): readonly Markup[] {
  const all: readonly (readonly [Status, readonly unknown[]])[] = [
    ['leak', run.leaking],
    ['clean', run.clean],
    ['inconclusive', run.inconclusive],
    ['failed', run.unmeasured],
  ];
  return all
    .filter(([, cells]) => cells.length > 0)
    .map(([status, cells]) => markup`<span>${sign(status)} ${cells.length} ${STATUS_WORDS[status]}</span>`);
}

const STATE_WORDS: Readonly<Record<RunSummary['state'], string>> = {
  queued: 'Waiting',
  running: 'Measuring',
  cancelled: 'Cancelled',
  done: 'Done',
};

/** Describes how far a run is: `Measuring: 3 of 12 done`. */
const progressOf = ({ state, done, rubies }: RunSummary): string =>
  `${STATE_WORDS[state]}: ${formatCount(done)} of ${formatCount(rubies)} done`;
