import type { CellRecord } from '../../domain/run/record.ts';
import type { Slope } from '../../domain/measurement/verdict.ts';
import { formatCount, formatMicroseconds, formatSlope } from '../text/format-number.ts';
import { reportedSlope } from '../../domain/run/leak-groups.ts';
import { loopName } from '../loops/loop-name.ts';
import { unjudgedText } from '../loops/verdict-groups.ts';
import { loopViews, type LoopView } from '../loops/loop-views.ts';
import { markup, type Markup } from '../text/markup.ts';
import { printable } from '../text/printable.ts';
import { sign } from '../svg/sign.ts';
import { shownText } from '../rows/table-row.ts';
import { CAUSE_WORDS } from '../cells/words.ts';

/** Loops of one ruby on a page; the record holds all. */
const MOST_LOOPS = 20;

const WORST_FIRST = ['leak', 'inconclusive', null, 'clean'] as const;

/**
 * Renders a row for each loop of a script, below the row of a ruby, in the same columns.
 * @param names columns that the name of a ruby and its settings take
 */
export function loopRows(cell: CellRecord, names: number): readonly Markup[] {
  const all = loopViews([cell], []);
  const shown = new Set(
    all
      .toSorted((a, b) => WORST_FIRST.indexOf(verdictOf(a)) - WORST_FIRST.indexOf(verdictOf(b)))
      .slice(0, MOST_LOOPS),
  );
  const left = all.length - shown.size;
  const more =
    left === 0
      ? []
      : [
          markup`<tr class="loop"><th scope="row" colspan="${names}">…</th>
  <td class="shown" colspan="10">${formatCount(left)} more loops, none of them worse: the record lists all</td></tr>`,
        ];
  return [...all.filter((loop) => shown.has(loop)).map((loop) => row(loop, names)), ...more];
}

function row(loop: LoopView, names: number): Markup {
  const [onCell] = loop.onCells;
  if (onCell === undefined) return markup``;
  const status = onCell.verdict ?? 'not-run';
  const time = onCell.microsecondsPerIteration;
  const cause = onCell.cause === null ? '' : CAUSE_WORDS[onCell.cause];
  const shown = onCell.verdict === null ? unjudgedText(onCell) : shownText(onCell);
  return markup`<tr class="loop">
  <th scope="row" colspan="${names}">${loopName(loop)} <code>${printable(loop.kind)}</code></th>
  <td class="verdict">${sign(status)} <span class="word ${status}">${onCell.verdict ?? 'not judged'}</span>
    <span class="detail">${cause}</span></td>
  ${number(slopeText(reportedSlope(onCell)))}
  ${number(slopeText(onCell.growth?.liveSlots ?? null))}
  ${number(slopeText(onCell.growth?.heap ?? null))}
  ${number(slopeText(onCell.growth?.rss ?? null))}
  ${number(formatCount(onCell.iterations))}
  ${number(time === null ? '' : formatMicroseconds(time))}
  <td></td>
  <td class="shown">${shown}</td>
  <td></td>
</tr>`;
}

function verdictOf({ onCells }: LoopView): (typeof WORST_FIRST)[number] {
  return onCells[0]?.verdict ?? null;
}

function number(text: string): Markup {
  return markup`<td class="number">${text}</td>`;
}

function slopeText(slope: Slope | null): string {
  return slope === null ? '' : formatSlope(slope);
}
