import { z } from 'zod';
import { cellIdSchema } from './cell-name-schema.ts';
import { repeatsSchema } from './comparison-schema.ts';
import { explanationSchema } from './explanation-schema.ts';
import { runRecordSchema } from './record-schema.ts';
import { storedTraceSchema } from './trace-schema.ts';

const { samples, histograms, pass, bands } = storedTraceSchema.shape;

/** What a worker reports of a cell while it measures: a line of JSON each. */
export const progressLineSchema = z.discriminatedUnion('line', [
  z.object({
    line: z.literal('state'),
    state: z.enum(['queued', 'preparing', 'measuring', 'done']),
    detail: z.string().max(4000).nullable(),
  }),
  z.object({ line: z.literal('sample'), sample: samples.element, slope: z.number().nullable() }),
]);

/**
 * What a worker sends when a hand-out is done, a line of JSON each: a cell and the samples of its traces, which follow
 * the line that names their pass; an explanation; a comparison; or the bug that kept it from one. `end` is the last.
 */
export const resultLineSchema = z.discriminatedUnion('line', [
  z.object({
    line: z.literal('cell'),
    cell: runRecordSchema.shape.cells.element,
    image: z.string().max(400).nullable(),
    offered: z.string().max(400).nullable(),
  }),
  z.object({ line: z.literal('trace'), pass, bands }),
  z.object({ line: z.literal('samples'), samples: samples.max(256) }),
  z.object({ line: z.literal('histograms'), histograms: histograms.max(256) }),
  z.object({ line: z.literal('explanation'), explanation: explanationSchema }),
  z.object({ line: z.literal('repeats'), repeats: z.array(z.tuple([cellIdSchema, repeatsSchema])) }),
  z.object({ line: z.literal('failed'), reason: z.string().max(10_000) }),
  z.object({ line: z.literal('end') }),
]);

export type ProgressLine = z.infer<typeof progressLineSchema>;
export type ResultLine = z.infer<typeof resultLineSchema>;
