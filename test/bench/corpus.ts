import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import PQueue from 'p-queue';
import { mergedAxes, parseAxis } from '../../src/domain/cell/configurations.ts';
import { holdsMuch } from '../../src/analysis/resident.ts';
import type { CellRecord } from '../../src/domain/run/record.ts';
import { buildImages, cores, createHarness, median, pathOf } from '../harness.ts';
import { expected, loadTruth, type Case, type Expected } from '../truth.ts';

type Mark =
  | 'right'
  | 'false leak'
  | 'missed leak'
  | 'inconclusive'
  | 'wrong kind'
  | 'not told'
  | 'not measured';

function markOf(cell: CellRecord, want: Expected, one: Case): Mark {
  if (cell.verdict === null) return 'not measured';
  if (cell.verdict === 'inconclusive') return 'inconclusive';
  if (want === 'clean' && cell.verdict === 'leak') return 'false leak';
  if (want === 'clean')
    return one.fragments !== true || (cell.resident !== null && holdsMuch(cell.resident))
      ? 'right'
      : 'not told';
  if (cell.verdict === 'clean') return 'missed leak';
  return (cell.cause === 'objects') === (one.kind === 'object') ? 'right' : 'wrong kind';
}

function lineOf(mark: Mark, one: Case, cell: CellRecord): string {
  const rate = cell.growth?.malloc.perIteration.toFixed(2) ?? '-';
  return [
    mark.padEnd(12),
    one.name.padEnd(34),
    cell.id.padEnd(20),
    (cell.verdict ?? cell.outcome ?? '').padEnd(12),
    (cell.cause ?? '').padEnd(8),
    rate.padStart(10),
    `${cell.seconds.toFixed(1)} s`,
    mark === 'right' && one.fragments !== true ? '' : (cell.message ?? ''),
  ].join(' ');
}

/** What the command line of the bench says. */
interface Chosen {
  readonly corpus?: string | undefined;
  readonly only?: string | undefined;
  readonly runtime?: string | undefined;
  readonly with?: readonly string[] | undefined;
  readonly alone?: boolean | undefined;
}

/** Formats how long the cells of one verdict took. */
const medianOf = (what: string, seconds: readonly number[]): string =>
  seconds.length === 0
    ? `${what}: none`
    : `${what}: median ${median(seconds).toFixed(2)}, longest ${Math.max(...seconds).toFixed(1)}`;

/**
 * Checks verdicts against known results: each case of a corpus on each ruby. `--corpus DIR` takes another
 * one. One cell per processor at a time, which tells verdicts soonest; `--alone` one after the other, as a person
 * waits for one.
 */
export async function corpusBench(
  selectors: readonly string[],
  { corpus: folder, only, runtime, with: settings = [], alone = false }: Chosen,
): Promise<void> {
  const harness = await createHarness(selectors, runtime ?? null);
  await buildImages(harness);
  const corpus = folder ?? pathOf('test/corpus');
  const cases = (await loadTruth(corpus)).filter((one) => only === undefined || one.name.includes(only));
  const axes = mergedAxes(settings.flatMap((text) => parseAxis(text) ?? []));
  const marks = new Map<Mark, number>();
  const seconds: { readonly want: Expected; readonly cell: number }[] = [];
  const queue = new PQueue({ concurrency: alone ? 1 : cores() });
  for (const ruby of harness.rubies) {
    for (const one of cases) {
      const want = expected(one, ruby.name);
      if (want === null) continue;
      void queue.add(async () => {
        const text = await readFile(join(corpus, 'cases', `${one.name}.rb`), 'utf8');
        const run = await harness.run(
          { script: { name: `${one.name}.rb`, text }, rubies: [ruby], options: { axes } },
          alone ? {} : { jobs: 1 },
        );
        for (const cell of run.cells) {
          const mark = markOf(cell, want, one);
          marks.set(mark, (marks.get(mark) ?? 0) + 1);
          seconds.push({ want, cell: cell.seconds });
          console.log(lineOf(mark, one, cell));
        }
      });
    }
  }
  await queue.onIdle();
  const total = [...marks.values()].reduce((sum, n) => sum + n, 0);
  const took = (kind: NonNullable<Expected>): string =>
    medianOf(
      kind,
      seconds.filter(({ want }) => want === kind).map(({ cell }) => cell),
    );
  const all = medianOf(
    'seconds per cell',
    seconds.map(({ cell }) => cell),
  );
  console.log(`${total} cells, ${all}; ${took('clean')}; ${took('leak')}`);
  for (const [mark, count] of marks)
    console.log(`${mark}: ${count} (${((100 * count) / total).toFixed(1)} %)`);
}
