import { hierarchy, partition, type HierarchyRectangularNode } from 'd3-hierarchy';
import { formatRate } from '../text/format-number.ts';
import { markup, type Markup } from '../text/markup.ts';
import { staysIn, type LeakFrame, type LeakTree } from './leak-tree.ts';

/**
 * Height of a row in pixels. Widths are shares of the picture, so that text keeps its size on a narrow page.
 */
const ROW = 24;
const GAP = 2;
const TEXT_DOWN = 16;
/** Places behind the decimal point of a percentage: a ten-thousandth of the widest picture is a sixth of a pixel. */
const DECIMALS = 2;

type Node = HierarchyRectangularNode<LeakFrame>;

/** A frame and where it is in the picture: from `left` to `right` in shares of its width, in row `depth`. */
export interface PlacedFrame {
  readonly frame: LeakFrame;
  readonly left: number;
  readonly right: number;
  readonly depth: number;
}

/** Share of the picture below which a frame is a line, and what it led to is left to the table. */
const LINE = 0.005;

/** Places every frame that can be seen, the outermost first. */
export function placedFrames({ root }: LeakTree): readonly PlacedFrame[] {
  const tree = hierarchy(root, ({ children }) => [...children]).sum(({ own }) => own);
  const placed: Node = partition<LeakFrame>().size([1, tree.height + 1])(tree);
  return placed
    .descendants()
    .filter(({ parent }) => parent === null || parent.x1 - parent.x0 >= LINE)
    .map(({ data, x0, x1, depth }) => ({ frame: data, left: x0, right: x1, depth }));
}

/** Describes a share: `32 B/iteration, 50 % of 64 B/iteration`. */
function shareText(bytes: number, whole: number): string {
  return `${formatRate(bytes)} B/iteration, ${formatRate((100 * bytes) / whole)} %`;
}

/** Calculates the height of the picture in pixels. */
export function flameHeight(frames: readonly PlacedFrame[]): number {
  return ROW * (1 + Math.max(0, ...frames.map(({ depth }) => depth)));
}

/**
 * Draws what stays per iteration: the script outermost, the functions of C that it led to below. A frame with
 * a source links to its line.
 * @param on where it is shown: alone there is no script on the page to link to
 */
export function flameGraph(tree: LeakTree, on: 'page' | 'alone'): Markup {
  const whole = staysIn(tree.root);
  const boxes = placedFrames(tree).map((placed) => box(placed, whole, on));
  return markup`${boxes}`;
}

function box({ frame, left, right, depth }: PlacedFrame, whole: number, on: 'page' | 'alone'): Markup {
  const { label, kind, layer } = frame;
  const outside = frame.href !== null && !frame.href.startsWith('#');
  const href = on === 'page' || outside ? frame.href : null;
  const inner = markup`<title>${titleOf(frame, whole)}</title><rect class="fill" width="100%" height="${ROW - GAP}"/>
<rect class="pattern" width="100%" height="${ROW - GAP}"/><text x="5" y="${TEXT_DOWN}">${label}</text>`;
  const rel = outside ? markup` rel="noreferrer"` : null;
  const content = href === null ? inner : markup`<a href="${href}"${rel}>${inner}</a>`;
  // Read out are the links; the table behind the picture says all the rest in order.
  const silent = on === 'page' && href === null ? markup` aria-hidden="true"` : null;
  return markup`<svg class="frame ${layer} of-${kind}"${silent} x="${percent(left)}" y="${depth * ROW}"
 width="${percent(right - left)}" height="${ROW - GAP}">${content}</svg>
`;
}

/** Describes all that is known of a frame in a line. */
function titleOf(frame: LeakFrame, whole: number): string {
  const { label, what, place } = frame;
  const where = place === null || label.startsWith(`${place.file}:`) ? '' : ` (${place.file}:${place.line})`;
  if (frame.kind === 'freed') return `${label}: ${what}`;
  return `${label}${where}: ${shareText(staysIn(frame), whole)}${what === null ? '' : `, ${what}`}`;
}

const percent = (share: number): string => `${Number((share * 100).toFixed(DECIMALS))}%`;
