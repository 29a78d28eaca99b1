import { z } from '@hono/zod-openapi';
import { cellIdSchema } from '../../protocol/schemas/cell-name-schema.ts';
import { differenceSchema, loopPlaceSchema } from '../../protocol/schemas/comparison-schema.ts';
import { runRecordSchema } from '../../protocol/schemas/record-schema.ts';
import { slopeSchema } from '../../protocol/schemas/slope-schema.ts';
import { summaryFields } from './schemas.ts';

const { shape } = runRecordSchema.shape.cells.element.in;

const result = z.object({
  state: shape.state,
  outcome: shape.outcome,
  verdict: shape.verdict,
  cause: shape.cause,
  code: shape.code,
  growth: slopeSchema('bytes', 'slots', 'blocks').nullable().describe('Growth that a leak is reported with.'),
});

/** Two runs side by side. */
export const comparisonSchema = z
  .object({
    base: summaryFields.describe('The run that the other one is compared with.'),
    other: summaryFields.describe('The other run.'),
    sameScript: z.boolean().describe('Whether both ran the same text.'),
    sentences: z.array(z.string()).describe('What changed, in words; the verdicts first.'),
    cells: z
      .array(
        z.object({
          cell: cellIdSchema.describe('Id of the cell in both.'),
          change: z
            .enum(['verdict', 'growth', 'open', 'unknown', 'none'])
            .describe(
              '`verdict`: another verdict or cause; `growth`: it grows by more or less for certain; `open`: that is not ' +
                'certain; `unknown`: growth cannot be compared; `none`: no difference that matters.',
            ),
          base: result.describe('What the base found.'),
          other: result.describe('What the other run found.'),
          loop: loopPlaceSchema.nullable().describe('Loop of the base whose iterations count.'),
          difference: z
            .object({
              bytes: differenceSchema('Live bytes per iteration.'),
              slots: differenceSchema('Live slots per iteration.'),
              time: differenceSchema('Time of an iteration, as a share of the base’s.')
                .nullable()
                .describe('Time of an iteration, as a share of the base’s; null where the cells ran once.'),
              resident: differenceSchema('Resident memory, in bytes.')
                .nullable()
                .describe('Resident memory, in bytes; null where the cells ran once.'),
            })
            .nullable()
            .describe('How much more the other run has; null where that cannot be compared.'),
          reason: z.string().nullable().describe('Why it cannot be compared.'),
        }),
      )
      .describe('Cells of both: changed verdicts first, then changed growth.'),
    onlyInBase: z.array(cellIdSchema.describe('Id of a cell.')).describe('Cells that only the base has.'),
    onlyInOther: z
      .array(cellIdSchema.describe('Id of a cell.'))
      .describe('Cells that only the other run has.'),
  })
  .openapi('Comparison');
