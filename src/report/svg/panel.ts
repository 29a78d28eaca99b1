import type { CellRecord } from '../../domain/run/record.ts';
import type { Slope } from '../../domain/measurement/verdict.ts';
import { formatCount, formatSlope } from '../text/format-number.ts';
import { markup, type Markup } from '../text/markup.ts';
import { printable } from '../text/printable.ts';
import { statusOf, statusWord } from '../rows/status.ts';
import type { PlotSeries } from './curve.ts';
import { backdrop, plateauText } from './backdrop.ts';
import { FRAME } from './frame.ts';
import { loopNames, loopsText } from './loop-bands.ts';
import type { JudgedPart } from './judged-part.ts';
import { plane, type Drawn } from './plane.ts';
import type { PlotScale } from './plot-scale.ts';
import { tickText } from './tick-text.ts';

const { width, height, left, top, across, down } = FRAME;

/** What one panel shows of one series. */
export interface PanelSeries {
  readonly series: PlotSeries;
  readonly scale: PlotScale;
  readonly drawn: Drawn;
  readonly slope: Slope | null;
}

/**
 * Returns all series of one ruby in one picture; style decides which of them is seen.
 * @param judged what of it was judged; null where that is not known
 * @param isBrief whether the label leaves the rates to the table
 */
export function panelPicture(
  cell: CellRecord,
  all: readonly PanelSeries[],
  judged: JudgedPart | null,
  isBrief: boolean,
): Markup {
  const slopes = all.flatMap(({ series, slope }) =>
    slope === null ? [] : [`${series.title} ${formatSlope(slope)}`],
  );
  const rates = isBrief || slopes.length === 0 ? '' : `, ${slopes.join(', ')} per iteration`;
  const points = all[0]?.drawn.points ?? [];
  const spans = all.find(({ drawn }) => drawn.loops.length > 0);
  const label = `${printable(cell.id)}: ${statusWord(cell)}${rates}${describeRange(points)}${describeFull(judged)}${loopsText(spans?.drawn.loops ?? [])}`;
  const inside = all.map(({ series, scale, drawn }) => plane(series.name, drawn, judged, scale));
  const [first] = all;
  const cut = first === undefined ? null : runsOn(first);
  const shown = first === undefined || judged === null ? null : { judged, scale: first.scale };
  const behind = shown === null ? null : backdrop(shown.judged, shown.scale);
  const names = spans === undefined ? null : loopNames(spans.drawn.loops, spans.scale);
  const words = shown === null || isBrief ? null : plateauText(shown.judged, shown.scale);
  return markup`<svg class="plot ${statusOf(cell)}" role="img" aria-label="${label}" viewBox="0 0 ${width} ${height}"><use href="#axes"/><g class="plane">${behind}${inside}</g>${words}${names}${absence(cell, points)}${cut}</svg>`;
}

function describeRange(points: Drawn['points']): string {
  const last = points.at(-1);
  return last === undefined ? ', no readings' : `, through iteration ${formatCount(last.x)}`;
}

/** Says from when on memory was full. */
function describeFull(judged: JudgedPart | null): string {
  const plateau = judged?.plateau ?? null;
  return plateau === null ? '' : `, full from iteration ${formatCount(plateau.from)}`;
}

function absence(cell: CellRecord, points: Drawn['points']): Markup | null {
  if (points.length > 0 || cell.state !== 'done') return null;
  return markup`<text class="absent" x="${left + across / 2}" y="${top + down / 2}">no readings</text>`;
}

/** Labels a curve that is cut at the common scale with how far it went. */
function runsOn({ drawn, scale }: PanelSeries): Markup | null {
  const last = drawn.points.at(-1)?.x ?? 0;
  if (last <= scale.xHigh) return null;
  const far = `runs on to ${tickText(last, 'count')} →`;
  return markup`<text class="runs-on" x="${left + across}" y="${top + 12}">${far}</text>`;
}
