import { readFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { buildImages, createHarness, median, pathOf } from '../harness.ts';

const run = promisify(execFile);

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/** Runs the script in the same image without any of our parts, as a person would by hand. */
const byHand = (tag: string, ruby: string, script: string): Promise<unknown> =>
  run('docker', ['run', '--rm', '--network', 'none', '--cpus', '1', tag, ruby, '-e', script], {
    maxBuffer: 2 ** 26,
  });

/**
 * Measures the whole matrix against each ruby one after the other by hand, and a cell against the least
 * possible: `docker run` of an empty script. Ratios are within one run of this bench.
 */
export async function speedBench(selectors: readonly string[]): Promise<void> {
  const harness = await createHarness(selectors);
  await buildImages(harness);
  const script = {
    name: 'require_pathname.rb',
    text: await readFile(pathOf('test/examples/require_pathname.rb'), 'utf8'),
  };
  let cells: readonly number[] = [];
  const matrix = await seconds(async () => {
    const record = await harness.run({ script });
    console.log(record.sentence);
    cells = record.cells.map((cell) => cell.seconds);
  });
  let hand = 0;
  const floors: number[] = [];
  for (const ruby of harness.rubies) {
    const prepared = await harness.containers.prepare(ruby, () => undefined, new AbortController().signal);
    if (!prepared.ok) throw new Error(prepared.message);
    const { tag, ruby: path } = prepared.value;
    floors.push(await seconds(() => byHand(tag, path, '')));
    const took = await seconds(() => byHand(tag, path, script.text));
    console.log(`${ruby.name}: ${took.toFixed(1)} s by hand`);
    hand += took;
  }
  const floor = median(floors);
  console.log(
    `matrix ${matrix.toFixed(1)} s, by hand ${hand.toFixed(1)} s: ${(hand / matrix).toFixed(1)} times faster`,
  );
  console.log(
    `cell: median ${median(cells).toFixed(2)} s, floor ${floor.toFixed(2)} s: ${(median(cells) / floor).toFixed(1)} times`,
  );
}
