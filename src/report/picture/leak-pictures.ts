import type { RunRecord } from '../../domain/run/record.ts';
import { orderedCells } from '../../domain/run/ordered-cells.ts';
import { formatRate } from '../text/format-number.ts';
import { markup, type Markup } from '../text/markup.ts';
import { printable } from '../text/printable.ts';
import { flameGraph, flameHeight, placedFrames } from './flame-graph.ts';
import { flameTable } from './flame-table.ts';
import { differenceTree, partnerIn } from './difference/difference-tree.ts';
import { heldByChain } from './held-by.ts';
import { leakTree, staysIn, type LeakFrame, type LeakTree, type MemoryKind } from './leak-tree.ts';
import { MEMORY_WORDS, PATTERNS } from './patterns.ts';

/** Makes the trees of all cells whose leak was explained, in release order. */
export function leakTrees(run: RunRecord): readonly LeakTree[] {
  return orderedCells(run).flatMap((cell) => leakTree(cell) ?? []);
}

/** Renders a picture of each explained leak, with the table behind it. The element exists from the beginning. */
export function leakPictures(run: RunRecord): Markup {
  const trees = leakTrees(run).map((tree) => differenceTree(run, tree));
  return markup`<div class="pictures" data-part="pictures">${trees.length === 0 ? null : section(trees)}</div>`;
}

function section(trees: readonly LeakTree[]): Markup {
  const kinds = new Set(trees.flatMap(({ root }) => kindsIn(root)));
  const shown = (Object.keys(MEMORY_WORDS) as MemoryKind[]).filter((kind) => kinds.has(kind));
  const items = shown.map(
    (kind) =>
      markup`<li><svg class="flame swatch" width="26" height="16" aria-hidden="true"><g class="frame of-${kind}"><rect class="fill" width="26" height="16"/><rect class="pattern" width="26" height="16"/></g></svg> ${MEMORY_WORDS[kind]}</li>`,
  );
  return markup`<section aria-labelledby="picture">
  <h2 id="picture">Where it stays</h2>
  <p class="hint">Width is what stays of an iteration: what is freed has none, nor what is kept once. A frame opens its source.${differenceHint(trees, kinds)}</p>
  <svg class="definitions" width="0" height="0" aria-hidden="true"><defs>${PATTERNS}</defs></svg>
  <ul class="keys" aria-label="Kinds of memory">${items}</ul>
  ${trees.map(picture)}
</section>`;
}

/** Says what colour and grey mean where a leak is seen against another cell. */
function differenceHint(trees: readonly LeakTree[], kinds: ReadonlySet<MemoryKind | 'mixed'>): string | null {
  if (trees.every((tree) => partnerIn(tree) === null)) return null;
  const grey = kinds.has('freed') ? ', grey is what both free' : '';
  return ` Coloured is what only the leaking one keeps${grey}.`;
}

const kindsIn = ({ kind, children }: LeakFrame): readonly (MemoryKind | 'mixed')[] => [
  kind,
  ...children.flatMap(kindsIn),
];

function picture(tree: LeakTree): Markup {
  const name = printable(tree.cell.id);
  const height = flameHeight(placedFrames(tree));
  const sum = sumText(tree);
  const label = `${name}: ${sum}; the table behind it says the same`;
  return markup`<figure class="leak">
<figcaption><strong>${name}</strong> <span class="rate">${sum}${againstText(tree)}</span></figcaption>
<svg class="flame" role="group" aria-label="${label}" width="100%" height="${height}">
${flameGraph(tree, 'page')}</svg>
${holders(tree.root)}
<details id="picture-${name}"><summary>${name} as a table</summary>${flameTable(tree, `Frames of ${name}`)}</details>
</figure>`;
}

/** Says what a leak is seen against: `, beside 2.4.10, which is clean`. */
export function againstText(tree: LeakTree): string {
  const partner = partnerIn(tree);
  if (partner === null) return '';
  const name = printable(partner.id);
  return partner.verdict === 'leak'
    ? `, beside ${name}, which leaks as well`
    : `, beside ${name}, which is clean`;
}

/** Describes how much of a leak is named: `64 B/iteration, 98 % of it named`. */
export function sumText({ slope, named }: LeakTree): string {
  if (slope === null) return `${formatRate(named)} B/iteration`;
  return `${formatRate(slope)} B/iteration, ${formatRate((100 * named) / slope)} % of it named`;
}

/** Renders the objects that stay, each with what holds it. */
function holders(root: LeakFrame): Markup | null {
  const held = objectsIn(root).filter(({ heldBy }) => heldBy.length > 0);
  if (held.length === 0) return null;
  const items = held.map(
    (frame) =>
      markup`<li><span class="rate">${formatRate(staysIn(frame))} B/iteration</span> ${frame.label}: ${heldByChain(frame.heldBy)}</li>`,
  );
  return markup`<p class="hint">Held by</p><ul class="holders">${items}</ul>`;
}

const objectsIn = (frame: LeakFrame): readonly LeakFrame[] =>
  frame.layer === 'object' ? [frame] : frame.children.flatMap(objectsIn);
