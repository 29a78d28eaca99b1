import { readFileSync } from 'node:fs';
import type { BlockHistogram, Sample } from '../../../src/domain/measurement/sample.ts';

interface Fixture {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (number | null)[])[];
  readonly histograms: readonly BlockHistogram[];
}

/**
 * Reads recorded samples of one container: test/fixtures/traces/NAME.json, one row a checkpoint. Columns that
 * no rule reads were left out when they were recorded.
 */
export function recorded(name: string): {
  readonly samples: readonly Sample[];
  readonly histograms: readonly BlockHistogram[];
} {
  const file = new URL(`../../fixtures/traces/${name}.json`, import.meta.url);
  const { columns, rows, histograms } = JSON.parse(readFileSync(file, 'utf8')) as Fixture;
  const samples = rows.map((row): Sample => {
    const cell = (column: string): number | null => row[columns.indexOf(column)] ?? null;
    const count = (column: string): number => cell(column) ?? 0;
    return {
      iterations: count('iterations'),
      stretch: 0,
      loops: [[0, count('iterations')]],
      boundary: cell('outer') === 1 ? 'outer' : 'inner',
      afterMs: count('ms'),
      loopMs: cell('loopMs') ?? count('ms'),
      liveSlots: count('slots'),
      slotBytes: count('slotBytes'),
      mallocBytes: count('bytes'),
      mallocBlocks: count('blocks'),
      pageBytes: 0,
      waitedMs: cell('waited'),
      largeBytes: cell('large'),
      largeBlocks: cell('largeBlocks'),
      allocatedBytes: cell('allocated'),
      markBytes: cell('mark'),
      codeBytes: null,
      heapPageBytes: null,
      arenas: null,
      arenaBytes: null,
      blocksByThreads: null,
      peakBytes: cell('peak'),
      untrimmedBytes: cell('untrimmed'),
      uncountedBytes: cell('uncounted'),
      heapBytes: cell('heap'),
      rssBytes: cell('rss'),
      anonBytes: cell('anon'),
      pssBytes: cell('pss'),
      memsizeBytes: cell('memsize'),
    };
  });
  return { samples, histograms };
}
