import { z } from 'zod';
import type { RunEvent } from '../../domain/run/event.ts';
import { cellIdSchema, ofCell } from './cell-name-schema.ts';
import { runRecordSchema } from './record-schema.ts';

const run = runRecordSchema.describe('The record.');
const cell = run.shape.cells.element.describe('The ruby’s part of the record.');
/** A service of an earlier release names the ruby only. */
const cellOf = {
  cell: cellIdSchema.optional().describe('Id of the cell.'),
  ruby: z.string().describe('Name of its ruby.'),
};
const kind = <T extends string>(type: T) => z.literal(type).describe('Kind of the event.');

/** The events of a run, as a service of this release sends them. */
export const eventSchema = z.discriminatedUnion('type', [
  z.object({ type: kind('run'), run }),
  z.object({ type: kind('note'), text: z.string().describe('A sentence.') }),
  z
    .object({
      type: kind('cell-state'),
      ...cellOf,
      state: z
        .enum(['queued', 'preparing', 'measuring', 'done', 'comparing', 'explaining'])
        .describe('What the cell is doing.'),
      detail: z.string().nullable().describe('Details, as text.'),
    })
    .transform(ofCell),
  z
    .object({
      type: kind('sample'),
      ...cellOf,
      iterations: z.number().describe('Iterations so far.'),
      afterMs: z.number().describe('Milliseconds since the first checkpoint.'),
      bytes: z.number().describe('Live bytes.'),
      liveSlots: z.number().describe('Live slots of Ruby’s heap.'),
      slope: z
        .number()
        .nullable()
        .describe('Bytes per iteration so far; null until there is something to fit.'),
    })
    .transform(ofCell),
  z.object({ type: kind('cell'), cell }),
  z.object({ type: kind('done'), run }),
]) satisfies z.ZodType<RunEvent>;

/**
 * Reads one line of an event stream; null for unknown events, which a later release may send.
 * @example
 * parseEvent('{"type":"cell-state","cell":"3.4.10","ruby":"3.4.10","state":"measuring","detail":null}');
 * parseEvent('{"type":"coffee"}'); // null
 */
export function parseEvent(line: string): RunEvent | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const parsed = eventSchema.safeParse(value);
  return parsed.success ? parsed.data : null;
}
