import { expect, test } from 'vitest';
import type { Sample } from '../../../src/domain/measurement/sample.ts';
import { receivedWork, sentWork } from '../../../src/engine/fleet/encode-work.ts';
import type { Found, Work } from '../../../src/engine/fleet/ports.ts';
import { readFound } from '../../../src/http/fleet/read-found.ts';
import { resultLines } from '../../../src/redis/worker/result-lines.ts';
import { MATRIX } from '../cli/deps.ts';
import { aJob } from '../engine/measure/a-job.ts';
import { leak } from '../report/records.ts';

const NOTHING = { environment: null, output: { text: '', droppedBytes: 0 }, contradictions: [] };
const sample = (iterations: number): Sample => ({
  iterations,
  stretch: 1,
  loops: [[0, iterations]],
  boundary: 'outer',
  afterMs: iterations,
  loopMs: iterations,
  waitedMs: 0,
  liveSlots: 1,
  slotBytes: 40,
  heapPageBytes: null,
  mallocBytes: 1,
  mallocBlocks: 1,
  pageBytes: 0,
  largeBytes: null,
  largeBlocks: null,
  allocatedBytes: null,
  blocksByThreads: null,
  markBytes: null,
  uncountedBytes: null,
  peakBytes: null,
  untrimmedBytes: null,
  heapBytes: null,
  rssBytes: null,
  anonBytes: null,
  codeBytes: null,
  arenas: null,
  arenaBytes: null,
  pssBytes: null,
  memsizeBytes: null,
});
const samples = Array.from({ length: 300 }, (_, index) => sample(index));
const histograms = [{ iterations: 3, sizes: [[64, 1000] as const] }];
const bands = [{ stretch: 1, line: 3, context: 'A#b' }];

async function* linesOf(found: Found): AsyncGenerator<string> {
  yield* resultLines(found);
}

test('a result that a worker sends is what the service reads', async () => {
  const found: Found = {
    kind: 'measure',
    arch: '',
    measured: {
      cell: leak('2.3.6'),
      image: 'matrix:2.3.6-0123',
      offered: null,
      traces: [
        { pass: 'measure', trace: { ...NOTHING, samples, histograms } },
        { pass: 'confirm', trace: { ...NOTHING, samples: samples.slice(0, 64), histograms: [] } },
        { pass: 'script', trace: { ...NOTHING, samples: [], histograms: [] }, bands },
      ],
    },
  };
  expect(await readFound(linesOf(found))).toEqual(found);
  expect([...resultLines(found)].every((line) => line.length < 64 * 1024)).toBe(true);
});

async function* given(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

const read = (...lines: readonly string[]): Promise<Found> => readFound(given(lines));

test('a result without its end, or with two beginnings, is none', async () => {
  const found: Found = { kind: 'repeat', repeats: [] };
  const [first = '', end = ''] = [...resultLines(found)];
  expect(await read(first, end)).toEqual(found);
  await expect(read(first)).rejects.toThrow('its end is missing');
  await expect(read(first, first, end)).rejects.toThrow('two results');
  await expect(read(end)).rejects.toThrow('nothing stands before its end');
  await expect(read('{', end)).rejects.toThrow('not JSON');
});

test('work arrives as it was, but for who has sent it', async () => {
  const { client: _, ...job } = { ...aJob(MATRIX.rubies[0]!), client: 'somebody' };
  const work: Work = {
    kind: 'measure',
    job: { ...job, client: 'somebody' },
    watcher: { state: () => undefined, sample: () => undefined },
  };
  const sent = JSON.parse(JSON.stringify(sentWork(work))) as ReturnType<typeof sentWork>;
  expect(JSON.stringify(sent)).not.toContain('somebody');
  expect(await receivedWork(sent, async () => job.input)).toEqual({ kind: 'measure', job });
});
