import { code, codeBlock, plainText } from '../text/markdown-text.ts';
import type { ToldPlace } from './place-text.ts';
import type { Told, ToldFinding } from './told.ts';

/** What leaks: a heading, a list item per finding with what is known of it below, and the sum. */
export function findingsMarkdown({ findings, sums, quiet }: Told): readonly string[] {
  return [
    '#### What leaks',
    ...(findings.length === 0 ? [] : [findings.map(item).join('\n')]),
    ...(sums.length === 0 ? [] : [plainText(sums.join('; '))]),
    ...(quiet === null ? [] : [`<sub>${plainText(quiet)}</sub>`]),
  ];
}

/** Every C stack whole, under a line that says whose it is; for where there is room. */
export function wholeStacks(told: Told | null): readonly string[] {
  return (told?.findings ?? []).flatMap(({ rate, what, stack }) =>
    stack === null ? [] : [plainText(`On ${stack.cell}: ${rate}, ${what}`), codeBlock(stack.whole)],
  );
}

function item({ rubies, rate, what, places, stack, buffers, heldBy, history }: ToldFinding): string {
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

function placeText({ line, method }: ToldPlace): string {
  return method === null ? code(line) : `${code(line)} ${code(method)}`;
}
