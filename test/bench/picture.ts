import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { leakTree, type LeakTree } from '../../src/report/picture/leak-tree.ts';
import { buildImages, createHarness, onlyCell, pathOf } from '../harness.ts';
import { expected, loadTruth } from '../truth.ts';

/** Share by which widths may miss the slope. */
const MOST_OFF = 0.02;

/**
 * Explains every leak of the corpus on each ruby, and holds the widths of its picture against the measured slope:
 * those of the frames that have a name, and all of them.
 */
export async function pictureBench(
  selectors: readonly string[],
  only: string | null,
  folder: string | null,
): Promise<boolean> {
  const harness = await createHarness(selectors);
  await buildImages(harness);
  const corpus = folder ?? pathOf('test/corpus');
  const cases = (await loadTruth(corpus)).filter((one) => only === null || one.name.includes(only));
  const off: number[] = [];
  let missing = 0;
  for (const ruby of harness.rubies) {
    for (const one of cases.filter((each) => expected(each, ruby.name) === 'leak')) {
      const text = await readFile(join(corpus, 'cases', `${one.name}.rb`), 'utf8');
      const script = { name: `${one.name}.rb`, text };
      const run = await harness.run({ script, rubies: [ruby], options: { explain: true } }, { jobs: 1 });
      const tree = leakTree(onlyCell(run));
      if (tree === null) missing += 1;
      else off.push(namedOff(tree));
      console.log(`${one.name} ${ruby.name} ${tree === null ? 'no picture' : widths(tree)}`);
    }
  }
  const close = off.filter((share) => Math.abs(share) <= MOST_OFF).length;
  console.log(`${close} of ${off.length} named within 2 % of the slope; ${missing} without a picture`);
  return missing === 0 && close === off.length;
}

const namedOff = ({ named, slope }: LeakTree): number => (slope === null ? 0 : named / slope - 1);

function widths(tree: LeakTree): string {
  const { slope, named, root } = tree;
  const all = slope === null ? '?' : ((100 * root.bytes) / slope).toFixed(1);
  return `slope ${slope?.toFixed(2) ?? '?'}, named ${named.toFixed(2)} (${(100 * namedOff(tree)).toFixed(1)} %), all widths ${all} %`;
}
