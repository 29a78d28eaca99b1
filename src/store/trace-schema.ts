import { z } from 'zod';
import type { StoredTrace } from '../engine/ports.ts';
import { storedTraceSchema } from '../protocol/trace-schema.ts';

/** One file of samples, `RUBY.measure.json` or `RUBY.confirm.json`. */
export const traceSchema = storedTraceSchema.extend({
  schema: z.literal(1),
}) satisfies z.ZodType<StoredTrace>;

/** The JSON text of a trace. Throws TypeError when it would not read back: a bug of the caller. */
export function encodeTrace(trace: StoredTrace): string {
  const file = { schema: 1, ...trace };
  const checked = traceSchema.safeParse(file);
  if (!checked.success)
    throw new TypeError(`samples of ${trace.ruby} do not fit their schema: ${checked.error.message}`);
  return `${JSON.stringify(file)}\n`;
}
