import type { CellRecord } from '../../domain/run/record.ts';
import type { Slope } from '../../domain/measurement/verdict.ts';
import { formatCount, formatSlope } from '../text/format-number.ts';
import { markup, type Markup } from '../text/markup.ts';
import { printable } from '../text/printable.ts';
import { statusOf, statusWord } from '../rows/status.ts';
import { axesUse } from './axes.ts';
import type { PlotSeries } from './curve.ts';
import { FRAME } from './frame.ts';
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

/** Draws one series of one ruby. */
export function panelPicture(cell: CellRecord, { series, scale, drawn, slope }: PanelSeries): Markup {
  const rate = slope === null ? '' : `, ${formatSlope(slope)} ${series.unit} per iteration`;
  const label = `${printable(cell.id)}, ${series.title}: ${statusWord(cell)}${rate}${describeRange(drawn)}`;
  const names = `plot plot-${series.name} ${statusOf(cell)}`;
  const inner = markup`x="${left}" y="${top}" width="${across}" height="${down}" preserveAspectRatio="none"`;
  return markup`<svg class="${names}" role="img" aria-label="${label}" viewBox="0 0 ${width} ${height}">
${axesUse(series)}
<svg ${inner} viewBox="0 0 1000 1000">${plane(drawn, scale)}</svg>
${absence(cell, drawn)}${runsOn(drawn, scale)}
</svg>`;
}

function describeRange({ points }: Drawn): string {
  const last = points.at(-1);
  return last === undefined ? ', no readings' : `, through iteration ${formatCount(last.x)}`;
}

function absence(cell: CellRecord, { points }: Drawn): Markup | null {
  if (points.length > 0 || cell.state !== 'done') return null;
  return markup`<text class="absent" x="${left + across / 2}" y="${top + down / 2}">no readings</text>`;
}

/** Labels a curve that is cut at the common scale with how far it went. */
function runsOn({ points }: Drawn, scale: PlotScale): Markup | null {
  const last = points.at(-1)?.x ?? 0;
  if (last <= scale.xHigh) return null;
  const far = `runs on to ${tickText(last, 'count')} →`;
  return markup`<text class="runs-on" x="${left + across}" y="${top + 12}">${far}</text>`;
}
