import type { RunRecord } from '../../domain/record.ts';
import { markup, type Markup } from '../markup.ts';
import { printable, printableLines } from '../printable.ts';

/** The script as it was posted, its lines numbered by style, the measured loop's lines marked. */
export function script(run: RunRecord): Markup {
  const { loop } = run;
  const lines = printableLines(run.script.text).map((text, index) => {
    const line = index + 1;
    const isLoop = loop !== null && (line === loop.line || line === loop.unitLine);
    const failed = run.cells.some((cell) => cell.state === 'done' && cell.line === line);
    const mark = failed ? 'failed-line' : isLoop ? 'loop-line' : '';
    const title = failed ? 'an error speaks of this line' : isLoop ? 'the loop that was measured' : '';
    return markup`<code class="line ${mark}" title="${title}">${text}
</code>`;
  });
  return markup`<section aria-labelledby="script">
  <h2 id="script">Script</h2>
  <pre class="script" role="group" tabindex="0" aria-label="Text of the script" data-part="script">${lines}</pre>
  <p class="hint">${printable(run.script.name)}, sha256 <code class="hash">${run.script.sha256}</code></p>
</section>`;
}
