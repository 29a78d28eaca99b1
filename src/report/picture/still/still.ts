import { raw } from 'hono/html';
import type { StoredTrace } from '../../../domain/measurement/sample.ts';
import type { RunRecord } from '../../../domain/run/record.ts';
import { titleOf } from '../../page/headline.ts';
import { wrap } from '../../text/layout.ts';
import { markup, type Markup } from '../../text/markup.ts';
import { printable } from '../../text/printable.ts';
import { stillCss } from './still-css.ts';
import { stillCurves } from './still-curves.ts';
import { flameGraph, flameHeight, placedFrames } from '../flame-graph.ts';
import { differenceTree } from '../difference/difference-tree.ts';
import { againstText, sumText } from '../leak-pictures.ts';
import type { LeakTree } from '../leak-tree.ts';
import { PATTERNS } from '../patterns.ts';

/** Pixels. */
const WIDTH = 1000;
const MARGIN = 16;
const LINE = 22;
/** Letters of a line of the sentence. */
const LETTERS = 120;

/**
 * Draws the explained leaks of a run, and its curves, as one SVG without a script: a picture for an issue tracker.
 * @param traces samples of the run; without any there are no curves
 */
export function stillPicture(
  run: RunRecord,
  leaks: readonly LeakTree[],
  traces: readonly StoredTrace[],
): string {
  const trees = leaks.map((tree) => differenceTree(run, tree));
  const sentence = titleOf(run);
  const words = wrap(printable(sentence), LETTERS);
  const head = words.map((line, index) => text('sentence', line, MARGIN + LINE * (index + 0.8)));
  let y = MARGIN + LINE * words.length + LINE / 2;
  const pictures = trees.map((tree) => {
    const top = y + LINE;
    const height = flameHeight(placedFrames(tree));
    const title = text(
      'title',
      `${printable(tree.cell.id)}: ${sumText(tree)}${againstText(tree)}`,
      y + LINE * 0.7,
    );
    y = top + height + LINE / 2;
    return markup`${title}<svg x="${MARGIN}" y="${top}" width="${WIDTH - 2 * MARGIN}" height="${height}">
${flameGraph(tree, 'alone')}</svg>
`;
  });
  const curves = stillCurves(run, traces, WIDTH - 2 * MARGIN);
  const plotted =
    curves === null
      ? null
      : markup`${text('title', 'Live bytes over iterations: grey is warm-up, blue was judged', y + LINE * 0.7)}<svg x="${MARGIN}" y="${y + LINE + LINE / 2}" width="${WIDTH - 2 * MARGIN}" height="${curves.height}">
${curves.picture}</svg>
`;
  y += curves === null ? 0 : LINE * 1.5 + curves.height;
  const height = Math.ceil(y + MARGIN);
  const picture = markup`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}"
 viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${printable(sentence)}">
<style>${raw(stillCss)}</style><defs>${PATTERNS}${curves?.definitions ?? null}</defs>
<rect class="paper" width="100%" height="100%"/>
<title>${printable(run.script.name)}</title>
${head}${pictures}${plotted}</svg>
`;
  return picture.toString();
}

const text = (name: string, words: string, y: number): Markup =>
  markup`<text class="${name}" x="${MARGIN}" y="${y}">${words}</text>
`;
