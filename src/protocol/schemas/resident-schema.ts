import { z } from 'zod';
import type { Resident } from '../../domain/measurement/verdict.ts';

/** Resident memory that holds nothing live. */
export const residentSchema = z.object({
  heldBytes: z.number().describe('Anonymous resident memory beyond what is live, after a trim.'),
  trimmedBytes: z.number().describe('Most bytes that one trim returned to the kernel.'),
  peakBytes: z.number().describe('Most bytes that were live between checkpoints, beyond those live at them.'),
  codeBytes: z.number().default(0).describe('Machine code that a JIT has written.'),
  freeSlotBytes: z
    .number()
    .default(0)
    .describe('The part of `heldBytes` that is free slots in pages of Ruby’s heap.'),
  compared: z
    .array(
      z.object({
        setting: z.string().describe('Such as `arenas=2`, `allocator=jemalloc`.'),
        heldBytes: z
          .number()
          .nullable()
          .describe('All that the container may have where memory ran out; null where it was not seen.'),
        arenas: z.number().nullable().describe('Arenas that it lies in; null where there are none to count.'),
        outOfMemory: z.boolean().describe('Memory ran out.'),
        unavailable: z.string().nullable().describe('Why it was not measured.'),
      }),
    )
    .default([])
    .describe('Freed memory that the allocator keeps with other settings, without a trim.'),
}) satisfies z.ZodType<Resident>;
