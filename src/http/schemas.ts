import { z } from '@hono/zod-openapi';
import { runRecordSchema } from '../protocol/record-schema.ts';
import { storedTraceSchema } from '../protocol/trace-schema.ts';

const names = z.array(z.string());
const state = z.enum(['queued', 'running', 'done', 'cancelled']);

/** The record of a run as it is stored. */
export const recordSchema = runRecordSchema.extend({}).openapi('RunRecord');

/** The record of a run, and what the service adds to it. */
export const runSchema = runRecordSchema
  .extend({
    attempts: z.int().positive().openapi({
      description: 'Times that measuring was begun; more than 1 after the service was killed meanwhile.',
    }),
    queuePosition: z.int().positive().nullable().openapi({
      description: 'Place among the runs that wait for a turn, from 1; null when none of its cells waits.',
    }),
    cached: z.boolean().openapi({ description: 'True when a finished run answers the request.' }),
  })
  .openapi('Run');

const summarySchema = z
  .object({
    id: z.string(),
    createdAt: z.string(),
    finishedAt: z.string().nullable(),
    state,
    script: z.object({ name: z.string(), sha256: z.string() }),
    sentence: z.string().nullable(),
    rubies: z.int(),
    leaking: names,
    clean: names,
    inconclusive: names,
    unmeasured: names,
  })
  .openapi('RunSummary');

export const listSchema = z
  .object({
    runs: z.array(summarySchema),
    next: z.string().nullable().openapi({ description: 'Cursor of the next page; null on the last one.' }),
  })
  .openapi('RunList');

const LARGEST_PAGE = 100;

export const listQuerySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).max(LARGEST_PAGE).default(20),
  cursor: z.string().max(100).optional().openapi({ description: '`next` of the page before' }),
});

export const samplesSchema = z
  .object({
    run: z.string(),
    cell: z.string(),
    ruby: z.string(),
    passes: z.array(
      storedTraceSchema.extend({
        // Pairs as plain arrays: what reads OpenAPI documents seldom knows tuples.
        histograms: z.array(
          z.object({
            iterations: z.number(),
            sizes: z.array(z.array(z.number())).openapi({ description: '[usable bytes, live blocks]' }),
          }),
        ),
      }),
    ),
  })
  .openapi('Samples');

export const rubiesSchema = z
  .object({
    rubies: z.array(
      z.object({
        name: z.string(),
        series: z.string(),
        default: z.boolean(),
        sources: z.array(z.enum(['official', 'image', 'debian'])),
        image: z.enum(['ready', 'base here', 'absent', 'unknown']).openapi({
          description:
            'ready: a run starts at once; base here: its image is built first; absent: it is pulled or made first',
        }),
      }),
    ),
  })
  .openapi('Rubies');

export const healthSchema = z.object({ status: z.literal('ok'), version: z.string() }).openapi('Health');

export const readySchema = z
  .object({
    status: z.literal('ready'),
    measuringCells: z.int(),
    waitingCells: z.int(),
    waitingRuns: z.int(),
  })
  .openapi('Ready');
