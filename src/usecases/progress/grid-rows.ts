import type { CellId } from '../../domain/cell/cell-id.ts';
import type { CellActivity, RunEvent } from '../../domain/run/event.ts';
import type { CellRecord } from '../../domain/run/record.ts';

/** Points kept of a curve; when there are more, every second one is dropped. */
const CURVE_POINTS = 64;

/** State of one cell in the live grid. */
export interface GridRow {
  readonly id: CellId;
  readonly state: CellActivity;
  readonly detail: string | null;
  readonly iterations: number;
  readonly slope: number | null;
  /** Live bytes, from the first checkpoint of the container that runs now. */
  readonly curve: readonly number[];
  readonly cell: CellRecord | null;
}

export type GridRows = ReadonlyMap<CellId, GridRow>;

/** Updates the rows by an event. */
export function nextRows(rows: GridRows, event: RunEvent): GridRows {
  switch (event.type) {
    case 'run':
      // A search adds cells later.
      return new Map(event.run.cells.map((cell) => [cell.id, rows.get(cell.id) ?? blank(cell.id)]));
    case 'cell-state':
      return changed(rows, event.cell, { state: event.state, detail: event.detail });
    case 'sample': {
      const row = rows.get(event.cell) ?? blank(event.cell);
      const { iterations } = event;
      // Fewer iterations than before: another container (the one that confirms) has begun.
      const anew = iterations < row.iterations;
      const curve = anew ? [event.bytes] : thinned([...row.curve, event.bytes]);
      // Not every event has a slope; the last one stays until there is a newer one.
      const slope = event.slope ?? (anew ? null : row.slope);
      return changed(rows, event.cell, { iterations, slope, curve });
    }
    case 'cell':
      return changed(rows, event.cell.id, { state: 'done', detail: null, cell: event.cell });
    case 'note':
    case 'done':
      return rows;
  }
}

function blank(id: CellId): GridRow {
  return { id, state: 'queued', detail: null, iterations: 0, slope: null, curve: [], cell: null };
}

function changed(rows: GridRows, id: CellId, change: Partial<GridRow>): GridRows {
  return new Map(rows).set(id, { ...(rows.get(id) ?? blank(id)), ...change });
}

function thinned(curve: readonly number[]): readonly number[] {
  return curve.length <= CURVE_POINTS ? curve : curve.filter((_, index) => index % 2 === 0);
}
