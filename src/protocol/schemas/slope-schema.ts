import { z } from 'zod';
import type { Slope } from '../../domain/measurement/verdict.ts';

/** Makes the schema of a slope in one of these units. */
export const slopeSchema = (...units: [Slope['unit'], ...Slope['unit'][]]) =>
  z.object({
    perIteration: z.number().describe('Growth per iteration.'),
    low: z.number().describe('Lower end of the interval.'),
    high: z.number().describe('Upper end of the interval.'),
    unit: z.enum(units).describe('What is counted.'),
  });
