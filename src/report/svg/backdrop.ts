import { markup, type Markup } from '../text/markup.ts';
import { FRAME } from './frame.ts';
import type { JudgedPart } from './judged-part.ts';
import type { PlotScale } from './plot-scale.ts';
import { tickText } from './tick-text.ts';

const { left, top, across, down } = FRAME;
const SIDE = 1000;
/** Planes that a shape reaches at most: renderers cannot handle any number. */
const FARTHEST = 20;
/** Room that the words beside a plateau need, in units of a panel. */
const WORDS = 82;

const placeX = (x: number, { xHigh }: PlotScale): number => Math.round(SIDE * Math.min(FARTHEST, x / xHigh));

/** Ways in which a run is divided into warm-up and what is judged: in two, four or eight parts, the first is warm-up. */
const PARTS = [2, 4, 8];

/** Defines what lies behind curves, stretched to the plane; each panel uses one of them. */
export function backdropDefinitions(): Markup {
  const all = PARTS.map((parts) => {
    const a = SIDE / parts;
    return markup`<g id="judged-${parts}"><path class="warm" d="M0 0H${a}V1e3H0"/><path class="judged" d="M${a} 0H1e3V1e3H${a}"/></g>`;
  });
  return markup`${all}`;
}

/** Draws what lies behind the curves of a panel: the warm-up, and the part that was judged. */
export function backdrop({ from, to }: JudgedPart, { xHigh }: PlotScale): Markup {
  const parts = PARTS.find((some) => some >= Math.round(to / from)) ?? 2;
  const wide = Number(Math.min(FARTHEST, to / xHigh).toFixed(3));
  return markup`<use class="shade" href="#judged-${parts}" transform="scale(${wide} 1)"/>`;
}

/** Marks the level at which memory was full, inside the plane. */
export function plateauLine({ plateau, to }: JudgedPart, scale: PlotScale): Markup | null {
  if (plateau === null) return null;
  const y = Math.round(SIDE * (1 - (plateau.bytes - scale.yLow) / (scale.yHigh - scale.yLow)));
  const x = placeX(plateau.from, scale);
  return markup`<path class="full" d="M${x} ${y - 60}v120m0-60H${placeX(to, scale)}"/>`;
}

/** Says from which iteration on memory was full, beside the mark. */
export function plateauText({ plateau }: JudgedPart, scale: PlotScale): Markup | null {
  if (plateau === null) return null;
  const x = Math.min(left + across - WORDS, left + (across * plateau.from) / scale.xHigh + 4);
  const y = top + down * (1 - (plateau.bytes - scale.yLow) / (scale.yHigh - scale.yLow));
  const below = y < top + down / 2;
  return markup`<text class="full-text plot-live" x="${x.toFixed()}" y="${(below ? y + 16 : y - 9).toFixed()}">full from ${tickText(Math.round(plateau.from), 'count')}</text>`;
}
