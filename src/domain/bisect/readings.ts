import type { CellId } from '../cell/cell-id.ts';

/** State of a cell in which the script cannot run: it needs something that the release does not have. */
export const FAILS = 'fails';
export const CLEAN = 'clean';

/**
 * What is known of a cell. `state`: the state it is in. `tried`: it was measured without an answer
 * (inconclusive, no image); `missing`: it cannot be measured; `pending`: it is being measured.
 */
export type Reading =
  | { readonly kind: 'known'; readonly state: string }
  | { readonly kind: 'tried' | 'missing' | 'pending' };

/** Readings by cell; a cell that is missing was not measured. */
export type Readings = ReadonlyMap<CellId, Reading>;

/** A cell of a series whose state is known. */
export interface Known {
  readonly index: number;
  readonly id: CellId;
  readonly state: string;
}

/** Selects the cells of a series whose state is known, in order. */
export const knownIn = (cells: readonly CellId[], readings: Readings): readonly Known[] =>
  cells.flatMap((id, index) => {
    const reading = readings.get(id);
    return reading?.kind === 'known' ? [{ index, id, state: reading.state }] : [];
  });

/** Finds neighbours of different states: something changed in between. */
export function changesIn(known: readonly Known[]): readonly (readonly [Known, Known])[] {
  return known.flatMap((before, at) => {
    const after = known[at + 1];
    return after === undefined || after.state === before.state ? [] : [[before, after] as const];
  });
}
