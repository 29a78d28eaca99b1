import type { RunRecord } from '../../domain/run/record.ts';
import type { StoredTrace } from '../../domain/measurement/sample.ts';
import { markup, type Markup } from '../text/markup.ts';
import type { PlotName } from '../svg/curve.ts';
import { curves, seriesShown } from '../svg/curves.ts';

const MEANINGS: Readonly<Record<PlotName, string>> = {
  live: 'Live malloc bytes and bytes of live slots, above the first checkpoint.',
  heap: 'Resident bytes of [heap], as the kernel reports them, above the first checkpoint.',
  rss: 'Resident set of the process, above the first checkpoint.',
  slots: 'Live slots of Ruby’s heap, above the first checkpoint.',
  script: 'Live bytes of the first container, over its seconds: a band for each loop that it came to.',
};

/** Renders the curves, and a choice between their series that works without JavaScript. */
export function plots(run: RunRecord, traces: readonly StoredTrace[]): Markup {
  const shown = seriesShown(run.cells.length, traces);
  const choices = shown.map(({ name, title }, index) => {
    const checked = index === 0 ? markup` checked` : null;
    return markup`<label>
  <input type="radio" name="series" value="${name}"${checked}/><span>${title}</span>
</label>`;
  });
  const meanings = shown.map(({ name }) => markup`<p class="meaning plot-${name}">${MEANINGS[name]}</p>`);
  return markup`<section class="plots" aria-labelledby="growth">
  <h2 id="growth">Growth over iterations</h2>
  <fieldset class="choices"><legend>Series</legend>${choices}</fieldset>
  ${meanings}
  <ul class="keys" aria-label="Lines">
    <li><i class="key curve"></i>readings</li>
    <li><i class="key confirm"></i>confirming run</li>
    <li><i class="key fit"></i>fit</li>
    <li><i class="key interval"></i>its 99 % interval</li>
    <li><i class="key warm"></i>warm-up</li>
    <li><i class="key judged"></i>judged</li>
    <li><i class="key full"></i>full</li>
  </ul>
  <p class="zooms needs-script"><button type="button" data-zoom="2" aria-label="Zoom in">+</button><button type="button" data-zoom=".5" aria-label="Zoom out">−</button><button type="button" data-zoom="0">Whole curves</button>
  <output class="reading-text"></output></p>
  <p class="hint needs-script">Point at a curve to read it, or go through the curves with the arrow keys. Ctrl and the wheel, two fingers, or + and − zoom.</p>
  ${curves(run, traces)}
</section>`;
}
