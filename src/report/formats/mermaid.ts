import type { RunRecord } from '../../domain/run/record.ts';
import { reportedSlope } from '../../domain/run/leak-groups.ts';
import { namesLoops } from '../loops/loop-views.ts';
import { orderedCells } from '../../domain/run/ordered-cells.ts';
import { printable } from '../text/printable.ts';

/** With more bars than this they are drawn below each other. */
const MOST_UPRIGHT = 12;
/** With more than this there is no chart. */
const MOST_BARS = 60;
const BAR_HEIGHT_PIXELS = 24;

/**
 * Returns the bytes per iteration of each measured ruby as a bar chart in Mermaid's language; null where nothing was
 * measured. GitHub draws Mermaid in job summaries, comments and issues, but takes `data:` images out: tables and this
 * are what can be shown there without a file on a server.
 */
export function mermaidChart(run: RunRecord): string | null {
  const bars = orderedCells(run).flatMap((cell) => {
    const slope = cell.outcome === 'measured' ? reportedSlope(cell) : null;
    return slope === null ? [] : [{ cell: cell.id, bytes: Math.max(0, slope.perIteration) }];
  });
  if (bars.length === 0 || bars.length > MOST_BARS) return null;
  const most = Math.max(1, ...bars.map((bar) => bar.bytes));
  const upright = bars.length <= MOST_UPRIGHT;
  const height = 80 + bars.length * BAR_HEIGHT_PIXELS;
  return [
    '```mermaid',
    ...(upright ? [] : ['---', 'config:', '  xyChart:', `    height: ${height}`, '---']),
    `xychart-beta${upright ? '' : ' horizontal'}`,
    `    title "bytes per iteration${namesLoops(run.cells) ? ' of the worst loop' : ''}"`,
    `    x-axis [${bars.map((bar) => quoted(bar.cell)).join(', ')}]`,
    `    y-axis "bytes" 0 --> ${plain(most)}`,
    `    bar [${bars.map((bar) => plain(bar.bytes)).join(', ')}]`,
    '```',
  ].join('\n');
}

/** Inside of quotes Mermaid knows no escape; what could end them is left out. */
function quoted(text: string): string {
  return `"${printable(text).replace(/["`;]/g, "'")}"`;
}

/** Three decimals at most, never in powers of ten: Mermaid does not read `4e-7`. */
function plain(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3).replace(/\.?0+$/, '') : '0';
}
