import { leakStacks, PER_ITERATIONS } from './leak-stacks.ts';
import type { LeakTree } from './leak-tree.ts';

/**
 * Returns stacks as a line each, for flamegraph.pl, inferno and others: frames, then bytes that stay of a thousand
 * iterations, for these tools know whole numbers only.
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
