import type { CellRecord, RunRecord } from '../../domain/run/record.ts';
import type { StoredTrace } from '../../domain/measurement/sample.ts';
import { formatSlope } from '../text/format-number.ts';
import { reportedSlope } from '../../domain/run/leak-groups.ts';
import { markup, type Markup } from '../text/markup.ts';
import { orderedCells } from '../../domain/run/ordered-cells.ts';
import { printable } from '../text/printable.ts';
import { statusOf, statusWord } from '../rows/status.ts';
import { worstLoopName } from '../rows/table-row.ts';
import { axesDefinition } from './axes.ts';
import { backdropDefinitions } from './backdrop.ts';
import { curveOf, PLOT_SERIES, reduced, type PlotSeries } from './curve.ts';
import { fitOf } from './fit.ts';
import { FRAME } from './frame.ts';
import { judgedPartOf } from './judged-part.ts';
import { loopSpans } from './loop-bands.ts';
import { panelPicture, type PanelSeries } from './panel.ts';
import { commonReach, plotScale, type PlotScale } from './plot-scale.ts';
import { sign } from './sign.ts';

/** Points of all curves of a series, so that a hundred rubies with four series each are a small page. */
const ALL_POINTS = 2400;
/** Least and most points of a curve: many where it can be zoomed into, as long as there are few. */
const POINTS = { least: 48, most: 240 };
/** Rubies from which on a page has to be frugal: the whole matrix is some 130. */
const VERY_MANY = 60;
/** Points of so many curves, and of those that are not shown at first. */
const FEWER_POINTS = { live: 12, other: 7 };
/** More panels than this are drawn smaller. */
const MANY_PANELS = 16;

/**
 * Draws small multiples: one panel per ruby, in release order, every series on one scale for all rubies.
 * Every panel contains all series; CSS decides which one is visible.
 */
export function curves(run: RunRecord, traces: readonly StoredTrace[]): Markup {
  const ordered = orderedCells(run);
  const { definitions, pictures } = drawnPanels(ordered, traces, seriesShown(ordered.length, traces));
  const panels = ordered.map((cell, index) => panel(cell, pictures[index] ?? null));
  const frame = [FRAME.left, FRAME.top, FRAME.across, FRAME.down, FRAME.height].join(' ');
  return markup`
<svg class="definitions" width="0" height="0" aria-hidden="true" data-part="axes" data-frame="${frame}">
  <defs>${definitions}</defs>
</svg>
<ol class="panels${ordered.length > MANY_PANELS ? ' many' : ''}">${panels}</ol>`;
}

/** Panels without their captions, and what all of them use. */
export interface DrawnPanels {
  readonly definitions: Markup;
  /** One for each cell. */
  readonly pictures: readonly Markup[];
}

/** Draws the panels of some cells on one scale. */
export function drawnPanels(
  cells: readonly CellRecord[],
  traces: readonly StoredTrace[],
  shown: readonly PlotSeries[],
): DrawnPanels {
  const scales = scalesOf(cells, traces, shown);
  const isMany = cells.length > VERY_MANY;
  const axes = [...scales].map(([series, scale]) => axesDefinition(series, scale));
  return {
    definitions: markup`<g id="axes">${axes}</g>${backdropDefinitions()}<clipPath id="plane"><rect width="1000" height="1000"/></clipPath>`,
    pictures: cells.map((cell) => {
      const judged = cell.state === 'done' ? judgedPartOf(samplesOf(cell, traces, 'measure')) : null;
      return panelPicture(cell, seriesOf(cell, traces, scales, isMany), judged, isMany);
    }),
  };
}

function panel(cell: CellRecord, picture: Markup | null): Markup {
  const status = statusOf(cell);
  const name = printable(cell.id);
  return markup`<li data-part="panel ${name}" data-cell="${cell.id}" data-status="${status}">
<figure><figcaption>${sign(status)}<strong>${name}</strong> <span class="word ${status}">${statusWord(cell)}</span>
<span class="rate">${rateText(cell)}</span></figcaption>
${picture}</figure></li>
`;
}

/** Formats the slope of a cell, with the loop that it is of where there are several. */
export function rateText(cell: CellRecord): string {
  const slope = reportedSlope(cell);
  const loop = worstLoopName(cell);
  return slope === null ? '' : `${formatSlope(slope)} bytes/iteration${loop === null ? '' : `, ${loop}`}`;
}

/**
 * Returns the series that panels have: the whole script where several loops of it ran; of very many rubies [heap] is
 * only a number of the table.
 */
export function seriesShown(cells: number, traces: readonly StoredTrace[]): readonly PlotSeries[] {
  const isMany = cells > VERY_MANY;
  const hasLoops = !isMany && traces.some(({ pass }) => pass === 'script');
  return PLOT_SERIES.filter(({ name }) => (name === 'heap' ? !isMany : name === 'script' ? hasLoops : true));
}

function scalesOf(
  cells: readonly CellRecord[],
  traces: readonly StoredTrace[],
  series: readonly PlotSeries[],
): ReadonlyMap<PlotSeries, PlotScale> {
  const shown = cells.flatMap((cell) => {
    const samples = samplesOf(cell, traces, 'measure');
    return samples.length === 0 ? [] : [{ samples, leaks: cell.verdict === 'leak' }];
  });
  const reach = commonReach(
    shown.map(({ samples, leaks }) => ({ x: samples.at(-1)?.iterations ?? 0, leaks })),
  );
  return new Map(
    series.map((one) => {
      if (one.over === 'seconds') return [one, scaleOfScripts(traces, one)];
      const all = shown.map(({ samples }) => curveOf(samples, one));
      return [one, plotScale(all, reach, one)];
    }),
  );
}

function scaleOfScripts(traces: readonly StoredTrace[], series: PlotSeries): PlotScale {
  const all = traces.flatMap((trace) => (trace.pass === 'script' ? [curveOf(trace.samples, series)] : []));
  return plotScale(all, Math.max(...all.map((points) => points.at(-1)?.x ?? 0)) || 1, series);
}

function seriesOf(
  cell: CellRecord,
  traces: readonly StoredTrace[],
  scales: ReadonlyMap<PlotSeries, PlotScale>,
  isMany: boolean,
): readonly PanelSeries[] {
  return [...scales].map(([series, scale]) => {
    const isScript = series.over === 'seconds';
    const points = curveOf(samplesOf(cell, traces, isScript ? 'script' : 'measure'), series);
    const confirmed = series.name === 'live' ? curveOf(samplesOf(cell, traces, 'confirm'), series) : [];
    const slope = cell.growth === null ? null : series.slope(cell.growth);
    const room = Math.floor(ALL_POINTS / Math.max(1, traces.length));
    const few = Math.max(POINTS.least, Math.min(POINTS.most, room));
    const most = isMany ? FEWER_POINTS[series.name === 'live' ? 'live' : 'other'] : few;
    const drawn = {
      loops: isScript ? loopSpans(traces.find((one) => one.cell === cell.id && one.pass === 'script')) : [],
      digits: isMany ? (0 as const) : (1 as const),
      points: reduced(points, most),
      confirmed: reduced(confirmed, most),
      // Of many, only what is shown at first has its fit: the table has the others as numbers.
      fit: isMany && series.name !== 'live' ? null : fitOf(points, slope),
    };
    return { series, scale, drawn, slope };
  });
}

function samplesOf(
  cell: CellRecord,
  traces: readonly StoredTrace[],
  pass: StoredTrace['pass'],
): StoredTrace['samples'] {
  return traces.find((trace) => trace.cell === cell.id && trace.pass === pass)?.samples ?? [];
}
