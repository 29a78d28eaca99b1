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
 * Draws the bytes per iteration of each measured ruby as a Mermaid bar chart; null where nothing was
 * measured. GitHub renders Mermaid in job summaries, comments and issues but removes `data:` images, so this
 * is the only picture that works there without a server.
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

/** Quotes a text for Mermaid, which has no escapes: characters that could end the quotes are removed. */
function quoted(text: string): string {
  return `"${printable(text).replace(/["`;]/g, "'")}"`;
}

/** Formats a number with three decimals at most, never as `4e-7`, which Mermaid cannot read. */
function plain(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3).replace(/\.?0+$/, '') : '0';
}
