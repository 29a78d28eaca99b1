import { widthOf, wrap } from '../text/layout.ts';
import type { Style } from '../text/style.ts';
import { placesText } from './place-text.ts';
import type { ExplanationView, FindingView } from './finding-view.ts';

export interface TextOptions {
  readonly width: number;
  readonly style: Style;
}

/** Names wider than this, or this share of the page, are on a line of their own. Columns. */
const NAMES_WIDTH = 16;
const NAMES_SHARE = 0.25;
/** A space at which lines are not broken. */
const TIED = '\u00a0';
/** Fewest columns that texts are wrapped to, however narrow the terminal is. */
const LEAST_WIDTH = 24;

/**
 * Formats what leaks as lines of text:
 *
 *     2.3.6  64 B/iteration, native: one block of 56 bytes per iteration, never freed
 *            repro.rb:7  Kernel#require
 *            rb_str_resize ← … ← rb_get_expanded_load_path ← rb_require_safe
 *            allocated 5,000 times in 5,000 iterations; 2.4.10 frees it
 */
export function findingLines(
  { findings, sums, footnote }: ExplanationView,
  { width, style }: TextOptions,
): readonly string[] {
  const most = Math.min(NAMES_WIDTH, width * NAMES_SHARE);
  const fitting = findings.map(({ rubies }) => widthOf(rubies)).filter((wide) => wide <= most);
  const indent = fitting.length === 0 ? 4 : Math.max(...fitting) + 2;
  const room = Math.max(LEAST_WIDTH, width - indent);
  const lines = findings.flatMap((finding, index) => {
    const isRepeated = findings[index - 1]?.rubies === finding.rubies;
    const below = findingText(finding, room, style).map((line) => `${' '.repeat(indent)}${line}`);
    if (isRepeated) return below;
    const name = style.bold(finding.rubies);
    if (widthOf(finding.rubies) > indent - 2) return [name, ...below];
    const [first = '', ...rest] = below;
    return [`${name}${first.slice(widthOf(finding.rubies))}`, ...rest];
  });
  // With several rubies a sum begins with its own name.
  const isOne = new Set(findings.map(({ rubies }) => rubies)).size === 1;
  const end = ' '.repeat(isOne ? indent : 0);
  return [
    ...lines,
    ...sums.flatMap((sum) => wrap(sum, width - end.length)).map((line) => `${end}${line}`),
    ...(footnote === null
      ? []
      : wrap(footnote, width - end.length).map((line) => `${end}${style.dim(line)}`)),
  ];
}

function findingText(finding: FindingView, width: number, style: Style): readonly string[] {
  const { rate, what, places, stack, buffers, heldBy, history } = finding;
  return [
    ...hanging(`${rate}, ${what}`, width).map(style.red),
    ...(places.length === 0 ? [] : hanging(placesText(places), width)),
    ...(stack === null ? [] : hanging(chain(stack.short, '←'), width)),
    ...(heldBy.length === 0 ? [] : hanging(`held by: ${chain(heldBy, '→')}`, width)),
    ...buffers.flatMap((buffer) =>
      hanging(`${buffer.rate} of it from ${chain(buffer.stack.short, '←')}`, width),
    ),
    ...(history === null ? [] : hanging(history, width).map(style.dim)),
  ];
}

function hanging(text: string, width: number): readonly string[] {
  return wrap(text, width - 2).map(
    (line, index) => `${index === 0 ? '' : '  '}${line.replaceAll(TIED, ' ')}`,
  );
}

/** Joins steps so that lines break after an arrow, and elsewhere only where a step is too long. */
function chain(steps: readonly string[], arrow: '←' | '→'): string {
  return steps.map((step) => step.replaceAll(' ', TIED)).join(`${TIED}${arrow} `);
}
