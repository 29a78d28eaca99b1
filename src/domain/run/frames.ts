import type { CellRecord, LoopRecord } from './record.ts';

/**
 * Removes loops that only enclose others from the cells: `10.times { 100_000.times { … }; puts rss }` is
 * reported by its inner loop where the outer one keeps nothing of its own on any ruby.
 */
export function withoutFrames(cells: readonly CellRecord[]): readonly CellRecord[] {
  const all = cells.flatMap(({ loops }) => loops.map((loop, index) => ({ loop, index, loops })));
  const kept = new Set(all.filter((one) => !isFrame(one)).map(({ loop, index }) => keyOf(loop, index)));
  return cells.map((cell) => {
    const loops = cell.loops.filter((loop, index) => kept.has(keyOf(loop, index)));
    return loops.length === cell.loops.length ? cell : { ...cell, loops };
  });
}

const keyOf = ({ line, kind, context }: LoopRecord, index: number): string =>
  JSON.stringify([line, kind, context, index]);

interface Placed {
  readonly loop: LoopRecord;
  readonly index: number;
  readonly loops: readonly LoopRecord[];
}

/** Tells whether a loop is clean and encloses one that has a verdict of its own. */
function isFrame({ loop, index, loops }: Placed): boolean {
  return (
    loop.verdict === 'clean' &&
    loops.some(
      (inner, i) =>
        i > index &&
        inner.verdict !== null &&
        inner.context === loop.context &&
        inner.line >= loop.line &&
        inner.endLine <= loop.endLine,
    )
  );
}
