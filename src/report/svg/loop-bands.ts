import type { StoredTrace } from '../../domain/measurement/sample.ts';
import { markup, type Markup } from '../text/markup.ts';
import { printable } from '../text/printable.ts';
import { FRAME } from './frame.ts';
import type { PlotScale } from './plot-scale.ts';

const { left, top, across } = FRAME;
const SIDE = 1000;
/** Units of a panel that a letter needs. */
const LETTER = 6;

/** Where a loop of a script ran, in seconds. */
export interface LoopSpan {
  /** `line 4`, `line 4 in test_b` */
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

/** Finds where each loop of a script ran. A loop lasts from its first checkpoint to the first one of the next loop. */
export function loopSpans(trace: StoredTrace | undefined): readonly LoopSpan[] {
  const { samples = [], bands = [] } = trace ?? {};
  const begun = bands.flatMap(({ stretch, line, context }) => {
    const own = samples.filter((sample) => sample.stretch === stretch);
    const [first, last] = [own[0], own.at(-1)];
    const name = `line ${line}${context === null ? '' : ` in ${printable(context)}`}`;
    return first === undefined || last === undefined
      ? []
      : [{ name, from: first.afterMs / 1000, to: last.afterMs / 1000 }];
  });
  return begun.map((span, index) => ({ ...span, to: Math.max(span.to, begun[index + 1]?.from ?? span.to) }));
}

/** Draws every other loop as a band, so that each differs from those beside it. */
export function loopBands(loops: readonly LoopSpan[], { xHigh }: PlotScale): Markup {
  const place = (x: number): number => Math.round((x * SIDE) / xHigh);
  const bands = loops.map(({ name, from, to }, index) => {
    const kind = index % 2 === 0 ? 'band' : 'gap';
    return markup`<path class="${kind}" d="M${place(from)} 0H${place(to)}V1e3H${place(from)}"><title>${name}</title></path>`;
  });
  return markup`${bands}`;
}

/** Names the loops above their bands, where there is room. */
export function loopNames(loops: readonly LoopSpan[], { xHigh }: PlotScale): Markup {
  const names = loops.flatMap(({ name, from, to }) => {
    const wide = (across * (to - from)) / xHigh;
    const short = name.length * LETTER <= wide ? name : (/\d+/.exec(name)?.[0] ?? '');
    const x = (left + (across * (from + to)) / 2 / xHigh).toFixed();
    return short.length * LETTER > wide
      ? []
      : [markup`<text class="band-text plot-script" x="${x}" y="${top + 10}">${short}</text>`];
  });
  return markup`${names}`;
}

/** Describes the loops for those who do not see them: `; line 2 until 1.2 s, line 4 until 2 s`. */
export function loopsText(loops: readonly LoopSpan[]): string {
  if (loops.length === 0) return '';
  return `; ${loops.map(({ name, to }) => `${name} until ${Number(to.toPrecision(2))} s`).join(', ')}`;
}
