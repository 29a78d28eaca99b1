import type { RunRecord, ScriptVariant } from '../../domain/run/record.ts';
import { lineId } from '../picture/source-link.ts';
import { explainedCells } from '../explain/finding-groups.ts';
import { lineNotes } from '../rows/line-notes.ts';
import { WORST_FIRST } from '../loops/verdict-groups.ts';
import { markup, type Markup } from '../text/markup.ts';
import { joinNames } from '../../domain/names.ts';
import { printable, printableLines } from '../text/printable.ts';

/**
 * Renders the script as it was posted, its lines numbered by CSS. Lines of measured loops are marked, with
 * the finding of each where there are several, and so are lines that leak.
 */
export function script(run: RunRecord): Markup {
  const { loop } = run;
  const leaking = leakLines(run);
  const notes = lineNotes(run);
  const lines = printableLines(run.script.text).map((text, index) => {
    const line = index + 1;
    const notesHere = notes.get(line) ?? [];
    const isLoop = notes.size === 0 && loop !== null && (line === loop.line || line === loop.unitLine);
    const worst = WORST_FIRST.find((kind) => notesHere.some((note) => note.worst === kind));
    const failed = run.cells.some((cell) => cell.state === 'done' && cell.line === line);
    const [mark, title] = failed
      ? ['failed-line', 'an error names this line']
      : leaking.has(line)
        ? ['leak-line', 'memory that stays is allocated at this line']
        : isLoop
          ? ['loop-line', 'the loop that was measured']
          : [worst ?? '', worst === undefined ? '' : 'a loop that was counted'];
    const noteSpans = notesHere.map(
      (one) => markup`<span class="line-note word ${one.worst}">${one.text}</span>`,
    );
    const leftOut = run.variants.filter(({ without }) => without?.includes(line) === true);
    if (leftOut.length > 0) noteSpans.push(markup`<span class="line-note">${leftOutText(leftOut)}</span>`);
    // Where notes are below their line, a break after them would add an empty line.
    const end = noteSpans.length === 0 ? '\n' : markup`<span class="line-end">\n</span>`;
    const id = leaking.has(line) ? markup` id="${lineId(line)}"` : null;
    return markup`<code class="line ${mark}"${id} title="${title}">${text}${noteSpans}${end}</code>`;
  });
  return markup`<section aria-labelledby="script">
  <h2 id="script">Script</h2>
  <pre class="script" role="group" tabindex="0" aria-label="Text of the script" data-part="script">${lines}</pre>
  <p class="hint">${printable(run.script.name)}, sha256 <code class="hash">${run.script.sha256}</code></p>
  ${run.variants.flatMap((variant) => (variant.without === null ? [otherScript(variant)] : []))}
</section>`;
}

const leftOutText = (variants: readonly ScriptVariant[]): string =>
  `left out in ${printable(joinNames(variants.map(({ name }) => name)))}`;

/** Renders a script that the main one is compared with. */
function otherScript({ name, script: { text, sha256 } }: ScriptVariant): Markup {
  const lines = printableLines(text).map((line) => markup`<code class="line">${line}\n</code>`);
  return markup`<pre class="script" role="group" tabindex="0" aria-label="Text of ${printable(name)}">${lines}</pre>
  <p class="hint">${printable(name)}, sha256 <code class="hash">${sha256}</code></p>`;
}

/** Finds the lines of the script that allocate the leaking memory. */
function leakLines(run: RunRecord): ReadonlySet<number> {
  const found = explainedCells(run, 'leak').flatMap(({ explanation }) => explanation.findings);
  return new Set(found.flatMap((one) => (one.kind === 'mapping' ? [] : (one.script?.line ?? []))));
}
