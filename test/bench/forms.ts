import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildImages, createHarness, median, onlyCell, pathOf } from '../harness.ts';
import { loadForms, mistakesOf } from '../forms.ts';

/**
 * Checks scripts in the forms that people post: what is said of each loop against what is known. `--corpus
 * DIR` takes others.
 */
export async function formsBench(
  selectors: readonly string[],
  folder: string | null,
  only: string | null,
): Promise<boolean> {
  const harness = await createHarness(selectors);
  await buildImages(harness);
  const forms = folder ?? pathOf('test/corpus/forms');
  const seconds: number[] = [];
  let wrong = 0;
  for (const [name, form] of Object.entries(await loadForms(forms))) {
    if (only !== null && !name.includes(only)) continue;
    const text = await readFile(join(forms, `${name}.rb`), 'utf8');
    for (const ruby of harness.rubies) {
      const run = await harness.run(
        { script: { name: `${name}.rb`, text }, rubies: [ruby], args: form.args ?? [] },
        { jobs: 1 },
      );
      const cell = onlyCell(run);
      const mistakes = mistakesOf(form, cell);
      seconds.push(cell.seconds);
      if (mistakes.length > 0) wrong += 1;
      console.log(
        [
          mistakes.length === 0 ? 'right' : 'WRONG',
          name.padEnd(28),
          ruby.name.padEnd(7),
          `${cell.seconds.toFixed(1)} s`,
          ...mistakes,
        ].join(' '),
      );
      for (const loop of mistakes.length === 0 ? [] : cell.loops)
        console.log(
          `        line ${loop.line} ${loop.kind} ${loop.context ?? ''}: ${loop.iterations} iterations, ${loop.verdict} ${loop.cause ?? ''} ${loop.growth?.malloc.perIteration.toFixed(2)} B ${loop.growth?.liveSlots.perIteration.toFixed(3)} slots: ${loop.message}`,
        );
      if (mistakes.length > 0)
        console.log(
          `        cell: ${cell.outcome} ${cell.verdict}: ${cell.message} ${cell.warnings.join('; ')}`,
        );
    }
  }
  console.log(
    `${seconds.length} cells, ${wrong} wrong; seconds per cell: median ${median(seconds).toFixed(1)}, longest ${Math.max(...seconds).toFixed(1)}`,
  );
  return wrong === 0;
}
