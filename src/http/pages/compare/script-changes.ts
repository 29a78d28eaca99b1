import { structuredPatch } from 'diff';
import type { RunRecord } from '../../../domain/run/record.ts';
import { formatCount } from '../../../report/text/format-number.ts';
import { markup, type Markup } from '../../../report/text/markup.ts';
import { printable, printableLines } from '../../../report/text/printable.ts';

/** Lines beyond which two scripts are called different, and nothing more is said. */
const MOST = { edits: 400, lines: 600 };
/** Unchanged lines around a change. */
const AROUND = 2;

type Script = RunRecord['script'];

/** Renders the lines in which two scripts differ. */
export function scriptChanges(base: Script, other: Script): Markup {
  return markup`<section aria-labelledby="scripts"><h2 id="scripts">What changed in the script</h2>${changes(base, other)}</section>`;
}

function changes(base: Script, other: Script): Markup {
  const [mine, theirs] = [base, other].map(({ text }) => printableLines(text).join('\n'));
  const patch = structuredPatch('', '', `${mine}\n`, `${theirs}\n`, undefined, undefined, {
    context: AROUND,
    maxEditLength: MOST.edits,
  });
  if (patch === undefined)
    return markup`<p>More than ${formatCount(MOST.edits)} lines: they are two scripts.</p>`;
  const lines = patch.hunks.flatMap(({ oldStart, newStart, lines: inside }) => [
    markup`<span class="line hunk">From line ${oldStart} of the base, ${newStart} of the other</span>`,
    ...inside.map(line),
  ]);
  if (lines.length === 0) return markup`<p>Only what cannot be seen.</p>`;
  const left = lines.length - MOST.lines;
  const more = left > 0 ? markup`<p class="hint">${formatCount(left)} more lines are not shown.</p>` : null;
  const names = `${printable(base.name)} and ${printable(other.name)}`;
  return markup`<pre class="diff" role="group" tabindex="0" aria-label="Lines in which ${names} differ">${lines.slice(0, MOST.lines)}</pre>${more}`;
}

function line(text: string): Markup {
  switch (text.charAt(0)) {
    case '-':
      return markup`<del class="line">${text}</del>`;
    case '+':
      return markup`<ins class="line">${text}</ins>`;
    default:
      return markup`<span class="line">${text}</span>`;
  }
}
