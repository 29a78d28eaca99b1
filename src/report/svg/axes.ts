import { markup, type Markup } from '../text/markup.ts';
import type { PlotSeries } from './curve.ts';
import { FRAME } from './frame.ts';
import type { PlotScale } from './plot-scale.ts';
import { tickText } from './tick-text.ts';

const { height, left, top, across, down } = FRAME;

/** Draws the axes of a series, once for all panels; style decides which series is seen. */
export function axesDefinition(series: PlotSeries, scale: PlotScale): Markup {
  return markup`<g
  id="axes-${series.name}"
  class="plot-${series.name}"
  data-unit="${series.unit}"
  data-over="${series.over}"
  data-x-high="${scale.xHigh}"
  data-y-low="${scale.yLow}"
  data-y-high="${scale.yHigh}"
>${yTicks(series, scale)}${xTicks(scale)}</g>`;
}

function yTicks(series: PlotSeries, scale: PlotScale): Markup {
  const unit = series.unit === 'bytes' ? 'bytes' : 'count';
  const ticks = scale.yTicks.map((value) => {
    const y = (top + down * (1 - (value - scale.yLow) / (scale.yHigh - scale.yLow))).toFixed(1);
    const text = tickText(value, unit);
    return markup`<path class="${value === 0 ? 'base' : 'grid'}" d="M${left} ${y}h${across}"/>
<text class="tick-y" x="${left - 6}" y="${y}">${text}</text>`;
  });
  return markup`${ticks}`;
}

function xTicks(scale: PlotScale): Markup {
  const ticks = scale.xTicks.map((value) => {
    const x = (left + (across * value) / scale.xHigh).toFixed(1);
    return markup`<text class="tick-x" x="${x}" y="${height - 6}">${tickText(value, 'count')}</text>`;
  });
  return markup`${ticks}`;
}
