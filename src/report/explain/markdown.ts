import { code, codeBlock, plainText } from '../text/markdown-text.ts';
import type { PlaceView } from './place-text.ts';
import type { ExplanationView, FindingView } from './finding-view.ts';

/** Formats what leaks: a heading, a list item per finding with its details below, and the sum. */
export function findingsMarkdown({ findings, sums, footnote }: ExplanationView): readonly string[] {
  return [
    '#### What leaks',
    ...(findings.length === 0 ? [] : [findings.map(item).join('\n')]),
    ...(sums.length === 0 ? [] : [plainText(sums.join('; '))]),
    ...(footnote === null ? [] : [`<sub>${plainText(footnote)}</sub>`]),
  ];
}

/** Formats every C stack in full, under a line that names its cell; for formats that have room. */
export function wholeStacks(view: ExplanationView | null): readonly string[] {
  return (view?.findings ?? []).flatMap(({ rate, what, stack }) =>
    stack === null ? [] : [plainText(`On ${stack.cell}: ${rate}, ${what}`), codeBlock(stack.whole)],
  );
}

function item({ rubies, rate, what, places, stack, buffers, heldBy, history }: FindingView): string {
  const below = [
    places.map(placeText).join(' → '),
    stack === null ? '' : code(stack.short.join(' ← ')),
    heldBy.length === 0 ? '' : `held by: ${code(heldBy.join(' → '))}`,
    ...buffers.map(
      (buffer) => `${plainText(buffer.rate)} of it from ${code(buffer.stack.short.join(' ← '))}`,
    ),
    plainText(history ?? ''),
  ];
  const lines = below.filter((line) => line !== '').map((line) => `  - ${line}`);
  return [`- **${plainText(rubies)}**: ${plainText(`${rate}, ${what}`)}`, ...lines].join('\n');
}

function placeText({ line, method }: PlaceView): string {
  return method === null ? code(line) : `${code(line)} ${code(method)}`;
}
