import type { CellId } from '../cell/cell-id.ts';
import { FAILS, changesIn, knownIn, type Known, type Readings } from './readings.ts';
import type { Track } from './track.ts';

/** A cell of the search: its state, as it was measured or follows from others; null: nobody knows. */
export interface CellState {
  readonly cell: CellId;
  readonly state: string | null;
  readonly isMeasured: boolean;
}

/** A change of state within a series, or from the one before it. */
export interface Change {
  readonly series: string;
  /** The last cell that is known before it, and the first after it. */
  readonly before: Known;
  readonly after: Known;
  /** Cells in between, of which nobody knows. */
  readonly unknown: readonly CellId[];
}

/**
 * Returns the state of every cell of the search. Between two of the same state nothing changed; after the last that is
 * known of a series nothing does, or it would have been asked: that holds when the search is over. Of a cell that gave no
 * answer nothing is said.
 */
export function statesOf({ series }: Track, readings: Readings, isOver: boolean): readonly CellState[] {
  return series.flatMap(({ cells }) => {
    const known = knownIn(cells, readings);
    return cells.map((cell, index): CellState => {
      const before = known.findLast((one) => one.index <= index);
      const after = known.find((one) => one.index >= index);
      if (before?.index === index) return { cell, state: before.state, isMeasured: true };
      const isSure = !readings.has(cell) && (after === undefined ? isOver : after.state === before?.state);
      return { cell, state: isSure ? (before?.state ?? null) : null, isMeasured: false };
    });
  });
}

/**
 * Returns every change, in the order of the series. A series begins where the one before it began: what was fixed in
 * that only later is no change of this one. Where nobody knows a series' first releases, it may have begun in either
 * state. Cells in which the script fails say nothing.
 */
export function changesOf({ series }: Track, readings: Readings): readonly Change[] {
  let begun: readonly Known[] = [];
  let earlier: readonly Known[] = [];
  /** Cells of series in between of which nothing is known at all. */
  let skipped: readonly CellId[] = [];
  return series.flatMap(({ name, cells }): readonly Change[] => {
    const all = knownIn(cells, readings).filter(({ state }) => state !== FAILS);
    const [first] = all;
    if (first === undefined) {
      skipped = [...skipped, ...cells.filter((id) => readings.get(id)?.kind !== 'known')];
      return [];
    }
    const isNew = begun.length > 0 && begun.every(({ state }) => state !== first.state);
    const from = begun.at(-1);
    const before = earlier.findLast(({ state }) => state === from?.state) ?? from;
    const unknown = (start: number, end: number): readonly CellId[] => cells.slice(start, end);
    const begins =
      isNew && before !== undefined
        ? [{ series: name, before, after: first, unknown: [...skipped, ...unknown(0, first.index)] }]
        : [];
    skipped = [];
    begun = isNew && first.index > 0 && from !== undefined ? [from, first] : [first];
    earlier = all;
    const within = changesIn(all).map(([older, newer]) => ({
      series: name,
      before: older,
      after: newer,
      unknown: unknown(older.index + 1, newer.index),
    }));
    return [...begins, ...within];
  });
}
