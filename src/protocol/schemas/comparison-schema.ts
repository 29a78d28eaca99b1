import { z } from 'zod';
import type { CellRepeats, Difference } from '../../domain/measurement/repeats.ts';
import type { ComparedCell } from '../../domain/run/record.ts';
import { cellIdSchema } from './cell-name-schema.ts';
import { hostSchema } from './host-schema.ts';
import { slopeSchema } from './slope-schema.ts';

/** Where a loop is. */
export const loopPlaceSchema = z.object({
  line: z.int().positive().describe('Line that it begins on.'),
  kind: z.string().describe('`times`, `while`, …'),
  context: z.string().nullable().describe('Method, test or round of a table that it runs in.'),
});

/** Containers of one cell, each for a short while, in turns with those of other cells. */
export const repeatsSchema = z.object({
  loop: loopPlaceSchema.describe('The loop that they looked at.'),
  measured: z
    .array(
      z.object({
        iterations: z.number().nonnegative().describe('How far the container came.'),
        bytes: slopeSchema('bytes').describe('Live bytes; a table that grows by doubling is left out.'),
        tableBytes: z
          .number()
          .describe('Bytes per iteration that such a table gained; 0 where there is none.'),
        slots: slopeSchema('slots').describe('Live slots.'),
        slotBytes: z.number().default(0).describe('Bytes of the live slots, part of `bytes`.'),
        blocks: z.number().default(0).describe('Live blocks of malloc.'),
        microseconds: z.number().describe('Time of an iteration.'),
        residentBytes: z.number().nullable().describe('Resident set in the second half, before each trim.'),
      }),
    )
    .describe('One entry for each container.'),
  host: hostSchema
    .nullable()
    .optional()
    .describe('Machine that they ran on, where that is not the one that measured the cell.'),
}) satisfies z.ZodType<CellRepeats>;

/** Makes the schema of a difference, with a description of what differs. */
export const differenceSchema = (of: string) =>
  z
    .object({
      value: z.number().describe('How much more the cell has than the base.'),
      low: z.number().describe('Lower end of the 99 % interval.'),
      high: z.number().describe('Upper end.'),
      certainty: z
        .enum(['differs', 'same', 'open'])
        .describe('`differs`: for certain; `same`: too little to matter; `open`: neither is known.'),
    })
    .describe(of) satisfies z.ZodType<Difference>;

/** A cell and the one it is compared with. */
export const comparedCellSchema = z.object({
  base: cellIdSchema.describe('Cell that it is compared with.'),
  cell: cellIdSchema.describe('The cell.'),
  loop: loopPlaceSchema.nullable().describe('Loop of the base whose iterations count.'),
  difference: z
    .object({
      bytes: differenceSchema('Live bytes per iteration.'),
      slots: differenceSchema('Live slots per iteration.'),
      time: differenceSchema('Time of an iteration, as a share of the base’s: 0.15 is 15 % longer.'),
      resident: differenceSchema('Resident memory in the second half of `iterations`, in bytes.')
        .nullable()
        .describe(
          'Resident memory in the second half of `iterations`, in bytes; null where that was not read.',
        ),
      iterations: z.number().describe('Iterations that all containers came to.'),
    })
    .nullable()
    .describe('null where they cannot be compared.'),
  reason: z.string().nullable().describe('Why they cannot be compared.'),
}) satisfies z.ZodType<ComparedCell>;
