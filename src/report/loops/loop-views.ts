import type { CellId } from '../../domain/cell/cell-id.ts';
import type { CellRecord, LoopRecord } from '../../domain/run/record.ts';
import { inOrder } from '../../domain/run/ordered-cells.ts';
import { withoutFrames } from '../../domain/run/frames.ts';

/** Result of a loop on one cell. */
export interface LoopOnCell extends LoopRecord {
  readonly cell: CellId;
}

/** One loop of the script in one context, over all rubies that report it. */
export interface LoopView {
  readonly line: number;
  readonly kind: string;
  readonly context: string | null;
  /** 1 for the first of several loops that begin in one line, in one context; null where it is the only one. */
  readonly nth: number | null;
  /** In the order of the matrix. */
  readonly onCells: readonly LoopOnCell[];
}

/** Tells whether loops have to be named: there are several, or the only one was not judged. */
export function namesLoops(cells: readonly CellRecord[]): boolean {
  return withoutFrames(cells).some((cell) => {
    const [only] = cell.loops;
    return hasLoops(cell) && (cell.loops.length > 1 || (only?.verdict === null && cell.verdict !== null));
  });
}

/** Tells whether a cell has results for its loops: an unmeasured one has none. */
export function hasLoops(cell: CellRecord): boolean {
  return cell.outcome === 'measured' && cell.loops.length > 0;
}

/** Collects the results of all loops, in the order of the source. */
export function loopViews(cells: readonly CellRecord[], listed: readonly string[]): readonly LoopView[] {
  const ordered = inOrder(withoutFrames(cells).filter(hasLoops), listed);
  const all = ordered.flatMap((cell) =>
    numbered(cell.loops).map(({ loop, nth }) => ({ onCell: { ...loop, cell: cell.id }, nth })),
  );
  const byLoop = Map.groupBy(all, ({ onCell, nth }) => JSON.stringify([placeOf(onCell), nth]));
  const crowded = new Set(all.flatMap(({ onCell, nth }) => (nth > 1 ? [placeOf(onCell)] : [])));
  return [...byLoop.values()]
    .flatMap((same) => {
      const [first] = same;
      if (first === undefined) return [];
      const { line, kind, context } = first.onCell;
      const nth = crowded.has(placeOf(first.onCell)) ? first.nth : null;
      return [{ line, kind, context, nth, onCells: same.map(({ onCell }) => onCell) }];
    })
    .toSorted((a, b) => a.line - b.line);
}

/** Numbers loops that begin in the same line and context. */
function numbered(
  loops: readonly LoopRecord[],
): readonly { readonly loop: LoopRecord; readonly nth: number }[] {
  const counts = new Map<string, number>();
  return loops.map((loop) => {
    const nth = (counts.get(placeOf(loop)) ?? 0) + 1;
    counts.set(placeOf(loop), nth);
    return { loop, nth };
  });
}

function placeOf({ line, context }: Pick<LoopRecord, 'line' | 'context'>): string {
  return JSON.stringify([line, context]);
}
