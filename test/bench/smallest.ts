import { buildImages, createHarness, onlyCell } from '../harness.ts';

interface Leak {
  readonly what: string;
  readonly setup: string;
  readonly body: string;
}

/**
 * Leaks `bytes` a call on average: one block of 24 (32 with the allocator's word) every so many iterations.
 */
const everyNth = (what: string, bytes: number, every: number): Leak => ({
  what,
  setup: `require 'fiddle'; i = 0`,
  body: `i += 1; Fiddle.malloc(${bytes}) if i % ${every} == 0`,
});

const LEAKS: readonly Leak[] = [
  ...[1, 2, 4, 8, 16, 32].map((rate) => everyNth(`${rate} bytes per iteration`, 24, 32 / rate)),
  ...[10, 100, 1000].map((every) => everyNth(`one block of 64 per ${every} iterations`, 56, every)),
  ...[10, 100, 1000].map((every) => ({
    what: `one object per ${every} iterations`,
    setup: 'i = 0; kept = []',
    body: `i += 1; kept << Object.new if i % ${every} == 0`,
  })),
  {
    what: 'nothing (the twin)',
    setup: `require 'fiddle'; i = 0`,
    body: 'i += 1; Fiddle.free(Fiddle.malloc(24)) if i % 4 == 0',
  },
];

/** Finds the smallest leak that is found within the default budget. */
export async function smallestBench(selectors: readonly string[]): Promise<void> {
  const harness = await createHarness(selectors);
  await buildImages(harness);
  for (const ruby of harness.rubies) {
    for (const { what, setup, body } of LEAKS) {
      const cell = onlyCell(await harness.run({ body: { setup, body }, rubies: [ruby] }, { jobs: 1 }));
      const growth = cell.growth?.malloc;
      const rate =
        growth === undefined
          ? '-'
          : `${growth.perIteration.toFixed(3)} [${growth.low.toFixed(3)}, ${growth.high.toFixed(3)}]`;
      console.log(
        `${ruby.name.padEnd(7)} ${what.padEnd(38)} ${(cell.verdict ?? cell.outcome ?? '').padEnd(12)} ${(cell.cause ?? '').padEnd(8)} ${rate.padEnd(30)} ${cell.seconds.toFixed(1)} s`,
      );
    }
  }
}
