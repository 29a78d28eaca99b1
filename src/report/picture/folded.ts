import { leakStacks, PER_ITERATIONS } from './leak-stacks.ts';
import type { LeakTree } from './leak-tree.ts';

/**
 * Writes stacks as a line each, for flamegraph.pl, inferno and others: frames, then bytes that stay of a
 * thousand iterations, since these tools only accept whole numbers.
 */
export function folded(trees: readonly LeakTree[]): string {
  const stacks = trees.flatMap((tree) => leakStacks(tree, trees.length > 1));
  return stacks
    .map(({ frames, bytesPerIteration }) => {
      const names = frames.map(({ label }) => label.replaceAll(';', ':'));
      return `${names.join(';')} ${Math.round(bytesPerIteration * PER_ITERATIONS)}\n`;
    })
    .join('');
}
