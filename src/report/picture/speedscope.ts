import type { RunRecord } from '../../domain/run/record.ts';
import { printable, printableJson } from '../text/printable.ts';
import { leakStacks } from './leak-stacks.ts';
import type { LeakFrame, LeakTree } from './leak-tree.ts';

interface Frame {
  readonly name: string;
  readonly file?: string;
  readonly line?: number;
}

/** Writes a file for speedscope: a profile for each cell, in bytes that stay of an iteration. */
export function speedscope({ script, id }: RunRecord, trees: readonly LeakTree[]): string {
  const frames: Frame[] = [];
  const indexes = new Map<string, number>();
  const indexOf = ({ layer, key, label, place }: LeakFrame): number => {
    const name = JSON.stringify([layer, key]);
    const known = indexes.get(name);
    if (known !== undefined) return known;
    indexes.set(name, frames.length);
    return frames.push({ name: label, ...place }) - 1;
  };
  const profiles = trees.map((tree) => {
    const stacks = leakStacks(tree, false);
    const weights = stacks.map(({ bytesPerIteration }) => bytesPerIteration);
    return {
      type: 'sampled',
      name: `${printable(tree.cell.id)}, per iteration`,
      unit: 'bytes',
      startValue: 0,
      endValue: weights.reduce((sum, weight) => sum + weight, 0),
      samples: stacks.map((stack) => stack.frames.map(indexOf)),
      weights,
    };
  });
  const file = {
    $schema: 'https://www.speedscope.app/file-format-schema.json',
    exporter: 'matrix',
    name: `${printable(script.name)}, ${id}`,
    activeProfileIndex: 0,
    shared: { frames },
    profiles,
  };
  return `${printableJson(JSON.stringify(file, null, 2))}\n`;
}
