import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CellRecord } from '../../src/domain/run/record.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { findingLines } from '../../src/report/explain/text.ts';
import { explanationView } from '../../src/report/explain/finding-view.ts';
import { buildImages, createHarness, median, onlyCell, pathOf } from '../harness.ts';
import { expected, loadTruth } from '../truth.ts';
import { loadNamed, missingIn } from '../named.ts';

/** Names every leak of the corpus on each ruby, and shows what differs from what is known of it. */
export async function explainBench(selectors: readonly string[], only: string | null): Promise<void> {
  const harness = await createHarness(selectors);
  await buildImages(harness);
  const corpus = pathOf('test/corpus');
  const named = await loadNamed(corpus);
  const cases = (await loadTruth(corpus)).filter((one) => only === null || one.name.includes(only));
  const seconds: number[] = [];
  const counts = { right: 0, wrong: 0 };
  for (const ruby of harness.rubies) {
    for (const one of cases.filter((each) => expected(each, ruby.name) === 'leak')) {
      const text = await readFile(join(corpus, 'cases', `${one.name}.rb`), 'utf8');
      const script = { name: `${one.name}.rb`, text };
      const run = await harness.run({ script, rubies: [ruby], options: { explain: true } }, { jobs: 1 });
      const cell = onlyCell(run);
      const missing = missingIn(cell, named[one.name]);
      counts[missing.length === 0 ? 'right' : 'wrong'] += 1;
      seconds.push(cell.explanation?.seconds ?? 0);
      console.log(
        `${missing.length === 0 ? 'right' : 'WRONG'} ${one.name} ${ruby.name} ${summary(cell)} ${missing.join('; ')}`,
      );
      const told = explanationView(run);
      if (told !== null) console.log(findingLines(told, { width: 140, style: plainStyle }).join('\n'));
    }
  }
  console.log(
    `${counts.right} right, ${counts.wrong} wrong; seconds on top of the verdict: median ${median(seconds).toFixed(1)}, longest ${Math.max(...seconds).toFixed(1)}`,
  );
}

function summary({ explanation }: CellRecord): string {
  if (explanation === null) return 'not explained';
  const share = explanation.accountedFor === null ? '?' : (100 * explanation.accountedFor).toFixed(0);
  return `${share} % in ${explanation.seconds.toFixed(1)} s`;
}
