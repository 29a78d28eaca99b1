import { z } from 'zod';
import type { RunEvent } from '../domain/event.ts';
import { cellIdSchema, ofCell } from './cell-name-schema.ts';
import { runRecordSchema } from './record-schema.ts';

const run = runRecordSchema;
const cell = runRecordSchema.shape.cells.element;
/** A service of an earlier release names the ruby only. */
const cellOf = { cell: cellIdSchema.optional(), ruby: z.string() };

/** The events of a run, as a service of this release sends them. */
const events = z.discriminatedUnion('type', [
  z.object({ type: z.literal('run'), run }),
  z.object({ type: z.literal('note'), text: z.string() }),
  z
    .object({
      type: z.literal('cell-state'),
      ...cellOf,
      state: z.enum(['queued', 'preparing', 'measuring', 'done', 'explaining']),
      detail: z.string().nullable(),
    })
    .transform(ofCell),
  z
    .object({
      type: z.literal('sample'),
      ...cellOf,
      iterations: z.number(),
      afterMs: z.number(),
      bytes: z.number(),
      liveSlots: z.number(),
      slope: z.number().nullable(),
    })
    .transform(ofCell),
  z.object({ type: z.literal('cell'), cell }),
  z.object({ type: z.literal('done'), run }),
]) satisfies z.ZodType<RunEvent>;

/** Reads one line of an event stream; null for what is none of these: a later release may send more. */
export function parseEvent(line: string): RunEvent | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const parsed = events.safeParse(value);
  return parsed.success ? parsed.data : null;
}
