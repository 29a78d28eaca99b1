import type { LeakFrame, LeakTree } from './leak-tree.ts';

/** A path through the tree to memory that stays, from which other tools draw their pictures. */
export interface LeakStack {
  /** Outermost first; the cell itself where there are several. */
  readonly frames: readonly LeakFrame[];
  readonly bytesPerIteration: number;
}

/** Iterations for which bytes are given, for formats without fractions. */
export const PER_ITERATIONS = 1000;

/** Lists every path to memory that stays. */
export function leakStacks({ root }: LeakTree, namesCell: boolean): readonly LeakStack[] {
  return namesCell ? stacksBelow(root, []) : root.children.flatMap((child) => stacksBelow(child, []));
}

function stacksBelow(frame: LeakFrame, outer: readonly LeakFrame[]): readonly LeakStack[] {
  const frames = [...outer, frame];
  const here = frame.own > 0 ? [{ frames, bytesPerIteration: frame.own }] : [];
  return [...here, ...frame.children.flatMap((child) => stacksBelow(child, frames))];
}
