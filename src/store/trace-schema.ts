import { z } from 'zod';
import type { BlockHistogram, Sample } from '../domain/sample.ts';
import type { StoredTrace } from '../engine/ports.ts';

const bytes = z.number().nullable();

const sample = z.object({
  iterations: z.number(),
  boundary: z.enum(['outer', 'inner']),
  afterMs: z.number(),
  loopMs: z.number(),
  liveSlots: z.number(),
  slotBytes: z.number(),
  mallocBytes: z.number(),
  mallocBlocks: z.number(),
  pageBytes: z.number(),
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

/** One file of samples, `RUBY.measure.json` or `RUBY.confirm.json`. */
export const traceSchema = z.object({
  schema: z.literal(1),
  ruby: z.string(),
  pass: z.enum(['measure', 'confirm']),
  samples: z.array(sample),
  histograms: z.array(histogram),
}) satisfies z.ZodType<StoredTrace>;

/** The JSON text of a trace. Throws TypeError when it would not read back: a bug of the caller. */
export function encodeTrace(trace: StoredTrace): string {
  const file = { schema: 1, ...trace };
  const checked = traceSchema.safeParse(file);
  if (!checked.success)
    throw new TypeError(`samples of ${trace.ruby} do not fit their schema: ${checked.error.message}`);
  return `${JSON.stringify(file)}\n`;
}
