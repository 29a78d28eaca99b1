import type { CellId } from '../cell/cell-id.ts';
import { FAILS, changesIn, knownIn, type Known, type Readings } from './readings.ts';
import type { Track } from './track.ts';

/** A cell of the search: its state, measured or inferred; null: unknown. */
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
  /** Cells in between whose state is unknown. */
  readonly unknown: readonly CellId[];
}

/**
 * Infers the state of every cell of the search. Between two cells of the same state nothing changed. When the
 * search is over, nothing changes after the last known cell of a series either, or it would have been
 * measured. Cells without an answer stay unknown.
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
 * Finds every change, in the order of the series. A series begins in the state in which the one before it
 * began: what was fixed there later is no change of this series. A series whose first releases are unknown
 * may have begun in either state. Cells in which the script fails are ignored.
 */
export function changesOf({ series }: Track, readings: Readings): readonly Change[] {
  let begun: readonly Known[] = [];
  let earlier: readonly Known[] = [];
  /** Cells of skipped series, of which nothing is known. */
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
