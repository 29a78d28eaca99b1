import type { HeldBy } from '../../domain/leak/explanation.ts';
import { markup, type Markup } from '../text/markup.ts';
import { heldByTexts } from '../explain/place-text.ts';

/** Renders what keeps an object alive as a breadcrumb, a root first, each holder with what it retains. */
export function heldByChain(path: readonly HeldBy[]): Markup {
  const steps = heldByTexts(path, true);
  const last = steps.length - 1;
  const items = steps.map(
    (step, index) => markup`<span class="step"><code>${step}</code>${index < last ? ' →' : ''}</span> `,
  );
  return markup`${items}`;
}
