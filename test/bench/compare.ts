import { buildImages, createHarness } from '../harness.ts';
import { PAIRS, scriptOf, wrongWith } from '../pairs.ts';

/**
 * Compares pairs of scripts with a known difference: every interval has to cover it, and equal scripts must
 * not differ.
 */
export async function compareBench(selectors: readonly string[], only: string | null): Promise<boolean> {
  const harness = await createHarness(selectors);
  await buildImages(harness);
  let isRight = true;
  for (const ruby of harness.rubies) {
    for (const [what, base, other] of PAIRS.filter(([name]) => only === null || name.includes(only))) {
      const began = performance.now();
      const run = await harness.run({
        script: { name: 'a.rb', text: scriptOf(base) },
        others: [{ name: 'b.rb', text: scriptOf(other), path: null }],
        rubies: [ruby],
      });
      const difference = run.comparison[0]?.difference ?? null;
      const wrong = wrongWith(base, other, difference);
      isRight &&= wrong === null;
      const { bytes, time } = difference ?? {};
      const shown = [bytes, time].map((one) =>
        one === undefined
          ? '-'
          : `${one.value.toFixed(3)} [${one.low.toFixed(3)}, ${one.high.toFixed(3)}] ${one.certainty}`,
      );
      console.log(
        `${ruby.name.padEnd(7)} ${what.padEnd(36)} ${String(other.keeps - base.keeps).padStart(8)}  ${shown.map((text) => text.padEnd(38)).join(' ')} ` +
          `×${run.cells[0]?.repeats?.measured.length ?? 0} ${((performance.now() - began) / 1000).toFixed(1)} s ${wrong ?? 'right'}`,
      );
    }
  }
  console.log(isRight ? 'every interval covers the truth' : 'not every interval covers the truth');
  return isRight;
}
