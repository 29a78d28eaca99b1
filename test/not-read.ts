import type { Sample } from '../src/domain/measurement/sample.ts';

/** A sample in which nothing was read but what every checkpoint tells. */
export const NOT_READ = {
  waitedMs: null,
  largeBytes: null,
  largeBlocks: null,
  allocatedBytes: null,
  markBytes: null,
  codeBytes: null,
  heapPageBytes: null,
  arenas: null,
  arenaBytes: null,
  blocksByThreads: null,
  peakBytes: null,
  untrimmedBytes: null,
  uncountedBytes: null,
  heapBytes: null,
  rssBytes: null,
  anonBytes: null,
  pssBytes: null,
  memsizeBytes: null,
} as const satisfies Partial<Sample>;
