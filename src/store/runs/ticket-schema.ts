import { z } from 'zod';
import type { Ticket } from '../../engine/service/ticket.ts';
import { measureOptionsSchema } from '../../protocol/schemas/options-schema.ts';

const file = z.object({ path: z.string(), base64: z.base64() });

/** `RUN/ticket.json`: what the service keeps of a run beside its record. */
export const ticketSchema = z.object({
  schema: z.literal(1),
  client: z.string(),
  idempotency: z.object({ owner: z.string(), key: z.string(), hash: z.string() }).nullable(),
  fingerprint: z.string(),
  attempts: z.int().positive(),
  images: z.record(z.string(), z.string()),
  files: z.array(file).optional(),
  request: z
    .object({
      script: z.object({ name: z.string(), text: z.string() }),
      others: z
        .array(z.object({ name: z.string(), text: z.string(), path: z.string().nullable() }))
        .optional(),
      files: z.array(file),
      args: z.array(z.string()),
      rubies: z.array(z.string()),
      ...measureOptionsSchema.shape,
      notes: z.array(z.string()),
    })
    .nullable(),
}) satisfies z.ZodType<Ticket>;
