import { formatRate } from '../text/format-number.ts';
import { markup, type Markup } from '../text/markup.ts';
import { staysIn, type LeakFrame, type LeakTree, type MemoryKind } from './leak-tree.ts';
import { heldByChain } from './held-by.ts';

const KIND_WORDS: Readonly<Record<MemoryKind | 'mixed', string>> = {
  native: 'native',
  objects: 'objects',
  outside: 'outside malloc',
  unnamed: 'not named',
  freed: 'freed',
  both: 'kept by both',
  other: 'kept by the other',
  mixed: 'several',
};

/** Renders the table behind a picture: a row per frame, whose level shows the path to it. */
export function flameTable({ root }: LeakTree, label: string): Markup {
  return markup`<div class="scroll" role="group" aria-label="${label}, scrolls sideways" tabindex="0">
<table><thead><tr><th scope="col">Level</th><th scope="col">Frame</th><th scope="col">Source</th>
<th scope="col" class="number">Bytes / iteration</th><th scope="col" class="number">Share</th><th scope="col">Kind</th>
<th scope="col">What stays</th></tr></thead><tbody>${rowsOf(root, 0, staysIn(root))}</tbody></table>
</div>`;
}

function rowsOf(frame: LeakFrame, level: number, whole: number): readonly Markup[] {
  return [row(frame, level, whole), ...frame.children.flatMap((child) => rowsOf(child, level + 1, whole))];
}

function row(frame: LeakFrame, level: number, whole: number): Markup {
  const { label, kind, what } = frame;
  const bytes = staysIn(frame);
  const held =
    frame.heldBy.length === 0 ? null : markup` <span class="held">${heldByChain(frame.heldBy)}</span>`;
  return markup`<tr><td class="number">${level}</td><th scope="row">${label}</th><td>${sourceOf(frame)}</td>
<td class="number">${formatRate(bytes)}</td><td class="number">${formatRate((100 * bytes) / whole)} %</td><td>${KIND_WORDS[kind]}</td>
<td class="shown">${what}${held}</td></tr>
`;
}

function sourceOf({ place, href }: LeakFrame): Markup | null {
  if (place === null) return null;
  const text = `${place.file}:${place.line}`;
  return href === null ? markup`${text}` : markup`<a href="${href}">${text}</a>`;
}
