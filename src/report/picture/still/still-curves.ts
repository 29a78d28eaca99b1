import type { CellRecord, RunRecord } from '../../../domain/run/record.ts';
import type { StoredTrace } from '../../../domain/measurement/sample.ts';
import { orderedCells } from '../../../domain/run/ordered-cells.ts';
import { statusWord } from '../../rows/status.ts';
import { PLOT_SERIES } from '../../svg/curve.ts';
import { drawnPanels, rateText } from '../../svg/curves.ts';
import { FRAME } from '../../svg/frame.ts';
import { markup, type Markup } from '../../text/markup.ts';
import { printable } from '../../text/printable.ts';

/** More curves are left to the page. */
const MOST = 24;
const COLUMNS = 4;
const GAP = 12;
const CAPTION = 40;

/** Curves side by side, and how high they are. */
export interface StillCurves {
  readonly definitions: Markup;
  readonly picture: Markup;
  readonly height: number;
}

/** Draws the live bytes of the cells that were measured, those that leak first where they are too many; null for none. */
export function stillCurves(
  run: RunRecord,
  traces: readonly StoredTrace[],
  width: number,
): StillCurves | null {
  const drawn = new Set(traces.map(({ cell }) => cell));
  const cells = chosen(orderedCells(run).filter(({ id }) => drawn.has(id)));
  if (cells.length === 0) return null;
  const live = PLOT_SERIES.filter(({ name }) => name === 'live');
  const { definitions, pictures } = drawnPanels(cells, traces, live);
  const wide = (width - GAP * (COLUMNS - 1)) / COLUMNS;
  const high = (wide * FRAME.height) / FRAME.width;
  const panels = cells.map((cell, index) => {
    const [x, y] = [(index % COLUMNS) * (wide + GAP), Math.floor(index / COLUMNS) * (CAPTION + high + GAP)];
    return markup`<text class="name" x="${x}" y="${y + 15}">${printable(cell.id)} ${statusWord(cell)}</text>
<text class="title" x="${x}" y="${y + 33}">${rateText(cell)}</text>
<svg x="${x}" y="${y + CAPTION}" width="${wide}" height="${high}">${pictures[index] ?? null}</svg>
`;
  });
  const rows = Math.ceil(cells.length / COLUMNS);
  return { definitions, picture: markup`${panels}`, height: rows * (CAPTION + high + GAP) };
}

function chosen(cells: readonly CellRecord[]): readonly CellRecord[] {
  if (cells.length <= MOST) return cells;
  const kept = new Set(
    cells.toSorted((a, b) => Number(b.verdict === 'leak') - Number(a.verdict === 'leak')).slice(0, MOST),
  );
  return cells.filter((cell) => kept.has(cell));
}
