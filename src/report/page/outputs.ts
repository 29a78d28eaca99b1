import type { CellRecord, RunRecord } from '../../domain/run/record.ts';
import { formatCount } from '../text/format-number.ts';
import { markup, type Markup } from '../text/markup.ts';
import { orderedCells } from '../../domain/run/ordered-cells.ts';
import { printable, printableLines } from '../text/printable.ts';
import { statusWord } from '../rows/status.ts';

/** Characters of one ruby's output on a page; the record holds more. */
const MOST_CHARACTERS = 8 * 1024;

/** Renders what each ruby's script printed and, of one that failed, the error; those that failed are open. */
export function outputs(run: RunRecord): Markup {
  const ordered = orderedCells(run);
  const withOutput = ordered.filter((cell) => cell.state === 'done' && hasOutput(cell));
  // Shown once for all rubies that printed the same.
  const same = [...Map.groupBy(withOutput, (cell) => JSON.stringify([errorOf(cell), cell.output]))];
  const items = same.map(([, alike]) => item(alike));
  const none = run.finishedAt === null ? 'No output yet.' : 'No output arrived before the rubies were ended.';
  const content = items.length === 0 ? markup`<p class="hint">${none}</p>` : markup`${items}`;
  return markup`<section aria-labelledby="outputs">
  <h2 id="outputs">Output</h2>
  <div data-part="outputs">${content}</div>
</section>`;
}

function item(alike: readonly CellRecord[]): Markup {
  const [cell] = alike;
  if (cell === undefined) return markup``;
  const error = errorOf(cell);
  const names = alike.map((one) => printable(one.id)).join(', ');
  const lines = cell.output === '' ? [] : printableLines(cell.output.slice(-MOST_CHARACTERS));
  const dropped = cell.outputDroppedBytes + Math.max(0, cell.output.length - MOST_CHARACTERS);
  const before =
    dropped === 0 ? null : markup`<p class="hint">${formatCount(dropped)} bytes of it are not shown.</p>`;
  const failure = error === '' ? null : markup`<pre class="error">${printableLines(error).join('\n')}</pre>`;
  const printed =
    lines.length === 0
      ? null
      : markup`${before}<pre role="group" tabindex="0" aria-label="Output of ${names}">${lines.join('\n')}</pre>`;
  return markup`<details id="output-${printable(cell.id)}"${error === '' ? null : markup` open`}>
  <summary>${names} <span class="hint">${statusWord(cell)}</span></summary>
  ${failure}${printed}
</details>`;
}

function hasOutput(cell: CellRecord): boolean {
  return cell.output !== '' || errorOf(cell) !== '';
}

function errorOf(cell: CellRecord): string {
  return cell.outcome === 'measured' || cell.message === null ? '' : cell.message;
}
