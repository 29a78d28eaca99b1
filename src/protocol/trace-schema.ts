import { z } from 'zod';
import type { BlockHistogram, Sample } from '../domain/sample.ts';
import { cellIdSchema } from './cell-name-schema.ts';

const bytes = z.number().nullable();
/** Read since traces of an earlier release were stored. */
const later = bytes.default(null);

const sample = z.object({
  iterations: z.number(),
  stretch: z.number().default(0),
  loops: z.array(z.tuple([z.number(), z.number()])).default([]),
  boundary: z.enum(['outer', 'inner']),
  afterMs: z.number(),
  loopMs: z.number(),
  waitedMs: later,
  liveSlots: z.number(),
  slotBytes: z.number(),
  mallocBytes: z.number(),
  mallocBlocks: z.number(),
  pageBytes: z.number(),
  largeBytes: later,
  largeBlocks: later,
  allocatedBytes: later,
  markBytes: later,
  peakBytes: later,
  untrimmedBytes: later,
  heapBytes: bytes,
  rssBytes: bytes,
  anonBytes: bytes,
  pssBytes: bytes,
  memsizeBytes: bytes,
}) satisfies z.ZodType<Sample>;

const histogram = z.object({
  iterations: z.number(),
  sizes: z.array(z.tuple([z.number(), z.number()])),
}) satisfies z.ZodType<BlockHistogram>;

/** Samples of one pass, as they are stored and as the service sends them. */
export const storedTraceSchema = z.object({
  // Traces of before a cell was more than a ruby have none.
  cell: cellIdSchema.optional(),
  ruby: z.string(),
  pass: z.enum(['measure', 'confirm']),
  samples: z.array(sample),
  histograms: z.array(histogram),
});
