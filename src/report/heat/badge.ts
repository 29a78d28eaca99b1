import { raw } from 'hono/html';
import type { RunRecord } from '../../domain/run/record.ts';
import { markup } from '../text/markup.ts';
import { printable } from '../text/printable.ts';
import { titleOf } from '../page/headline.ts';
import { gridOf, type GridRow } from './grid.ts';
import { HATCHED, heatCss } from './heat-css.ts';
import { heatClasses } from './heat-level.ts';

/** Pixels. */
const HEIGHT = 20;
const NAME = 48;
const PADDING = 6;
const LETTER = 6.4;
/** Width of a release; of many, as much as there is room for. */
const RELEASE = { most: 12, all: 220 } as const;
/** Rows that can still be distinguished in a badge. */
const MOST_ROWS = 4;

const badgeCss = `
:root { --leak: #c8321f; --clean: #2f9e6d; --inconclusive: #b27300; --failed: #6b7280; --active: #2a5bd0; --edge: #9aa1ad; --paper: #f5f6f8; --ink: #17191d; }
@media (prefers-color-scheme: dark) { :root { --leak: #ff6f61; --clean: #4cc796; --inconclusive: #efb64a; --failed: #a9b0bd; --active: #8ab4ff; --edge: #5b6270; --paper: #23272e; --ink: #e8eaee; } }
text { font: 11px Verdana, "DejaVu Sans", sans-serif; } .paper { fill: var(--paper); } .name { fill: #fff; } .words { fill: var(--ink); } .dark { fill: #3b414c; }
`;

/** Returns the strip of a run as a badge: all releases, a line for each of the settings, and the result in a few words. */
export function badge(run: RunRecord): string {
  const grid = gridOf(run);
  const rows = grid.rows.slice(0, MOST_ROWS);
  const columns = Math.max(1, grid.columns);
  const pitch = Math.min(RELEASE.most, RELEASE.all / columns);
  const strip = grid.columns === 0 ? 0 : pitch * columns;
  const words = wordsOf(run);
  const text = NAME + strip + (strip === 0 ? PADDING : 2 * PADDING);
  const width = Math.ceil(text + words.length * LETTER + PADDING);
  const marks = rows.flatMap((row, index) => rowMarks(row, index, rows.length, pitch));
  const label = `Matrix: ${titleOf(run)}`;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${HEIGHT}" viewBox="0 0 ${width} ${HEIGHT}" role="img" aria-label="${label}">
<title>${label}</title><style>${raw(badgeCss)}${raw(heatCss)}</style><defs>${raw(HATCHED)}<clipPath id="round"><rect width="${width}" height="${HEIGHT}" rx="3"/></clipPath></defs>
<g clip-path="url(#round)"><rect class="paper" width="${width}" height="${HEIGHT}"/><rect class="dark" width="${NAME}" height="${HEIGHT}"/></g>
<text class="name" x="${PADDING}" y="14">matrix</text>
<g class="heat" transform="translate(${NAME + PADDING} 0)">${marks}</g>
<text class="words" x="${text}" y="14">${words}</text></svg>
`.toString();
}

function rowMarks({ marks }: GridRow, row: number, rows: number, pitch: number) {
  const height = (HEIGHT - 4) / rows;
  const gap = pitch > 4 ? 1 : 0.25;
  return marks.flatMap((mark, index) => {
    if (mark === null) return [];
    const classes = heatClasses(mark);
    // What is clean is lower, so that the strip can be read without colours.
    const high = classes.startsWith('clean') ? height * 0.4 : height - 1;
    const y = 2 + row * height + (height - 1 - high);
    const at = markup`x="${short(index * pitch)}" y="${short(y)}" width="${short(pitch - gap)}" height="${short(high)}"`;
    return markup`<rect class="${classes}" ${at}/>`;
  });
}

const short = (value: number): string => String(Number(value.toFixed(2)));

/** `2 of 5 leak`, `5 clean`, `queued` */
function wordsOf(run: RunRecord): string {
  const done = run.cells.filter(({ state }) => state === 'done').length;
  if (run.finishedAt === null) return `${run.state}, ${done} of ${run.cells.length} done`;
  const { leaking, clean, inconclusive, unmeasured } = run;
  const all = run.cells.length;
  const parts = [
    leaking.length === 0 ? '' : `${leaking.length} of ${all} leak`,
    leaking.length === 0 && clean.length > 0 ? `${clean.length} clean` : '',
    inconclusive.length === 0 ? '' : `${inconclusive.length} inconclusive`,
    leaking.length + clean.length + inconclusive.length === 0 ? `${unmeasured.length} not measured` : '',
  ];
  return printable(parts.filter((part) => part !== '').join(', '));
}
