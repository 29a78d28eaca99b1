import type { CellId } from '../cell/cell-id.ts';
import type { Readings } from './readings.ts';

/** After this many neighbouring cells without an answer the search continues elsewhere in the series. */
const MOST_TRIED = 3;

/** An end of a series: the cell that represents it, the one to measure next, or neither. */
export type End =
  | { readonly kind: 'known'; readonly index: number; readonly state: string }
  | { readonly kind: 'ask'; readonly id: CellId }
  | { readonly kind: 'pending' }
  | { readonly kind: 'none' };

/**
 * Finds the first cell of a series with an answer. Where those at its beginning have none, its end and its
 * middle are measured.
 */
export function firstOf(cells: readonly CellId[], readings: Readings): End {
  const forward = cells.map((_, index) => index);
  const middle = forward.slice(cells.length >> 1);
  for (const order of [forward, forward.toReversed(), middle]) {
    const end = walk(cells, order, readings);
    if (end.kind !== 'none') return end;
  }
  return { kind: 'none' };
}

/** Finds the last cell with an answer; where those at the end have none, one before them. */
export const lastOf = (cells: readonly CellId[], readings: Readings): End =>
  walk(cells, cells.map((_, index) => index).toReversed(), readings);

function walk(cells: readonly CellId[], order: readonly number[], readings: Readings): End {
  let tried = 0;
  for (const index of order) {
    const id = cells[index];
    if (id === undefined) continue;
    const reading = readings.get(id);
    if (reading === undefined) return { kind: 'ask', id };
    if (reading.kind === 'known') return { kind: 'known', index, state: reading.state };
    if (reading.kind === 'pending') return { kind: 'pending' };
    if (reading.kind === 'tried') tried += 1;
    if (tried === MOST_TRIED) break;
  }
  return { kind: 'none' };
}
