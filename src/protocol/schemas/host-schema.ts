import { z } from 'zod';
import type { Host } from '../../domain/measurement/outcome.ts';

/** The machine that a cell is measured on. */
export const hostSchema = z.object({
  name: z.string().max(253).describe('Its name.'),
  processor: z
    .string()
    .max(253)
    .describe('Model of its processor; its architecture where that is not known.'),
  kernel: z.string().max(253).describe('Release of its kernel.'),
}) satisfies z.ZodType<Host>;
