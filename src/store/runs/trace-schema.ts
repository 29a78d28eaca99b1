import { z } from 'zod';
import type { StoredTrace } from '../../engine/ports.ts';
import { ofCell } from '../../protocol/schemas/cell-name-schema.ts';
import { storedTraceSchema } from '../../protocol/schemas/trace-schema.ts';

/** One file of samples, `CELL.measure.json` or `CELL.confirm.json`. */
export const traceSchema = storedTraceSchema
  .extend({ schema: z.literal(1) })
  .transform(({ cell, ruby, pass, samples, histograms, bands }) =>
    ofCell({ cell, ruby, pass, samples, histograms, ...(bands === undefined ? {} : { bands }) }),
  ) satisfies z.ZodType<StoredTrace>;

/**
 * Encodes a trace as JSON.
 * @throws {TypeError} when it could not be read back: a bug of the caller
 */
export function encodeTrace(trace: StoredTrace): string {
  const file = { schema: 1, ...trace };
  const checked = traceSchema.safeParse(file);
  if (!checked.success)
    throw new TypeError(`samples of ${trace.cell} do not fit their schema: ${checked.error.message}`);
  return `${JSON.stringify(file)}\n`;
}
