import { z } from '@hono/zod-openapi';
import { hostSchema } from '../../protocol/schemas/host-schema.ts';
import { runRecordSchema } from '../../protocol/schemas/record-schema.ts';
import { storedTraceSchema } from '../../protocol/schemas/trace-schema.ts';

const { shape } = runRecordSchema;

/** The record of a run as it is stored. */
export const recordSchema = runRecordSchema.extend({}).openapi('RunRecord');

/** The record of a run, and what the service adds to it. */
export const runSchema = runRecordSchema
  .extend({
    attempts: z.int().positive().openapi({
      description: 'How often measuring was started: more than 1 if the service crashed during the run.',
    }),
    queuePosition: z.int().positive().nullable().openapi({
      description: 'Position in the queue, from 1; null when none of its cells waits.',
    }),
    cached: z.boolean().openapi({ description: 'True when a finished run answers the request.' }),
  })
  .openapi('Run');

/** A run in a list. */
export const summaryFields = z.object({
  id: shape.id,
  createdAt: shape.createdAt,
  finishedAt: shape.finishedAt,
  state: shape.state,
  script: shape.script.omit({ text: true }).describe('What ran.'),
  sentence: shape.sentence,
  rubies: z.int().describe('How many cells it has.'),
  done: z.int().describe('How many of them are done.'),
  leaking: shape.leaking,
  clean: shape.clean,
  inconclusive: shape.inconclusive,
  unmeasured: shape.unmeasured,
});
const summarySchema = summaryFields.openapi('RunSummary');

export const listSchema = z
  .object({
    runs: z.array(summarySchema).describe('Newest first.'),
    next: z.string().nullable().openapi({ description: 'Cursor of the next page; null on the last one.' }),
    total: z.int().describe('How many were found, on all pages; 1,000 where there are more.'),
  })
  .openapi('RunList');

const queuedSchema = summaryFields
  .extend({
    queuePosition: z
      .int()
      .positive()
      .nullable()
      .describe('Place of its next cell in the queue, from 1; null when none of its cells waits.'),
  })
  .openapi('QueuedRun');

export const queueSchema = z
  .object({
    running: z.array(queuedSchema).describe('Runs that are measured, the oldest first.'),
    waiting: z
      .array(queuedSchema)
      .describe('Runs of which nothing was measured, in the order of their places.'),
    measuringCells: z.int().describe('Cells that are measured now.'),
    waitingCells: z.int().describe('Cells that wait for a turn.'),
    engineProblem: z.string().nullable().describe('Why nothing can be measured; null while something can.'),
  })
  .openapi('Queue');

export const samplesSchema = z
  .object({
    run: z.string().describe('Id of the run.'),
    cell: z.string().describe('Id of the cell.'),
    ruby: z.string().describe('Name of its ruby.'),
    passes: z
      .array(
        storedTraceSchema.extend({
          // Pairs as plain arrays: few readers of OpenAPI documents know tuples.
          histograms: z
            .array(
              z.object({
                iterations: z.number().describe('Iterations so far.'),
                sizes: z.array(z.array(z.number())).openapi({ description: '[usable bytes, live blocks]' }),
              }),
            )
            .describe('Live blocks by size.'),
        }),
      )
      .describe('One for each container.'),
  })
  .openapi('Samples');

export const rubiesSchema = z
  .object({
    rubies: z
      .array(
        z.object({
          name: z.string().describe('Name to use in requests.'),
          series: z.string().describe('`2.3`.'),
          default: z.boolean().describe('Whether it runs when a request names none.'),
          sources: z
            .array(z.enum(['official', 'image', 'debian', 'folder', 'commit']))
            .describe('Where its image can come from, in the order they are tried.'),
          image: z.enum(['ready', 'base here', 'absent', 'unknown']).openapi({
            description:
              'ready: a run starts at once; base here: its image is built first; absent: it is pulled or made first',
          }),
        }),
      )
      .describe('In release order.'),
  })
  .openapi('Rubies');

export const healthSchema = z
  .object({
    status: z.literal('ok').describe('It answers.'),
    version: z.string().describe('Release of the service.'),
  })
  .openapi('Health');

export const readySchema = z
  .object({
    status: z.literal('ready').describe('A new run would be measured.'),
    measuringCells: z.int().describe('Rubies that are measured now.'),
    waitingCells: z.int().describe('Rubies that wait for a turn.'),
    waitingRuns: z.int().describe('Runs that wait.'),
    workers: z
      .int()
      .nullable()
      .describe('Workers that are connected; null where the service measures by itself.'),
    freePlaces: z.int().nullable().describe('Cells that they could take now.'),
  })
  .openapi('Ready');

export const fleetSchema = z
  .object({
    workers: z
      .array(
        z.object({
          name: z.string().describe('Its name.'),
          host: hostSchema.describe('The machine that it measures on.'),
          arch: z.string().describe('Architecture of its engine: `amd64`.'),
          places: z.int().describe('Cells that it measures side by side.'),
          taken: z.int().describe('Cells that it has now.'),
          labels: z.record(z.string(), z.string()).describe('Labels that it was started with.'),
          version: z.string().describe('Its release.'),
          since: z.string().describe('When it came: ISO 8601, UTC.'),
          silentSeconds: z.number().describe('Seconds since its last sign of life.'),
          clockAheadSeconds: z
            .number()
            .describe('Seconds that its clock is ahead of that of the service; below zero: behind.'),
          leaving: z.boolean().describe('Whether it takes no more.'),
          problem: z.string().nullable().describe('Why it measures nothing now.'),
        }),
      )
      .describe('In the order in which they came.'),
    waiting: z.int().describe('Hand-outs that no worker has yet.'),
    handedOut: z.int().describe('Hand-outs that a worker has taken, since the start of the service.'),
    lost: z.int().describe('Hand-outs that were lost, and handed out again.'),
    late: z.int().describe('Results that came too late, or twice, and were dropped.'),
    problem: z.string().nullable().describe('Why nothing can be measured now.'),
  })
  .openapi('Fleet');
