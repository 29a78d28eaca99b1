import type { RunRecord } from '../../domain/run/record.ts';
import type { PlaceView } from '../explain/place-text.ts';
import {
  explanationView,
  type ExplanationView,
  type FindingView,
  type StackView,
} from '../explain/finding-view.ts';
import { markup, type Markup } from '../text/markup.ts';

/** Renders the findings of explained rubies. The element exists from the beginning, for a live page. */
export function findings(run: RunRecord): Markup {
  const view = explanationView(run);
  return markup`<div class="findings" data-part="findings">${view === null ? null : section(view)}</div>`;
}

function section({ findings: found, sums, footnote }: ExplanationView): Markup {
  const list = found.length === 0 ? null : markup`<ol>${found.map(item)}</ol>`;
  const last = footnote === null ? null : markup`<p class="hint">${footnote}</p>`;
  return markup`<section aria-labelledby="findings">
  <h2 id="findings">What leaks</h2>
  ${list}
  ${sums.map((text) => markup`<p class="sum">${text}</p>`)}
  ${last}
</section>`;
}

function item({ rubies, key, rate, what, places, stack, buffers, heldBy, history }: FindingView): Markup {
  const last = places.length - 1;
  const lines = places.map((place, index) => placeOf(place, index < last));
  const facts = [
    ...(lines.length === 0 ? [] : [fact('Ruby', markup`${lines}`)]),
    ...(stack === null ? [] : [fact('C', chain(stack.short, '←'))]),
    ...(heldBy.length === 0 ? [] : [fact('Held by', chain(heldBy, '→'))]),
    ...buffers.map((buffer) => fact('Memory', markup`${buffer.rate} from ${chain(buffer.stack.short, '←')}`)),
  ];
  return markup`<li>
  <h3><span class="rubies">${rubies}</span> <span class="rate">${rate}</span></h3>
  <p class="what">${what}</p>
  ${facts.length === 0 ? null : markup`<dl>${facts}</dl>`}
  ${history === null ? null : markup`<p class="hint">${history}</p>`}
  ${stack === null ? null : whole(stack, key)}
</li>`;
}

function fact(term: string, value: Markup): Markup {
  return markup`
    <div><dt>${term}</dt><dd>${value}</dd></div>`;
}

function placeOf({ line, method }: PlaceView, leadsOn: boolean): Markup {
  const name = method === null ? null : markup` <code class="method">${method}</code>`;
  return markup`<span class="step"><code>${line}</code>${name}${leadsOn ? ' →' : ''}</span> `;
}

/** Renders steps so that lines break between them, and within one only where it is too long. */
function chain(texts: readonly string[], arrow: '←' | '→'): Markup {
  const last = texts.length - 1;
  const steps = texts.map((text, index) => {
    const name = text === '…' ? markup`…` : markup`<code>${text}</code>`;
    return markup`<span class="step">${name}${index < last ? ` ${arrow}` : ''}</span> `;
  });
  return markup`${steps}`;
}

/** Renders the whole stack. Its id stays with the finding, so that a live page keeps it open. */
function whole({ whole: lines, cell }: StackView, key: string): Markup {
  const label = `C stack on ${cell}`;
  return markup`<details id="stack-${key}">
  <summary>Whole C stack, ${lines.length} ${lines.length === 1 ? 'frame' : 'frames'}</summary>
  <pre role="group" tabindex="0" aria-label="${label}">${lines.join('\n')}</pre>
</details>`;
}
