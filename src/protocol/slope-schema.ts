import { z } from 'zod';
import type { Slope } from '../domain/verdict.ts';

/** A slope of one of these units. */
export const slopeSchema = (...units: [Slope['unit'], ...Slope['unit'][]]) =>
  z.object({ perIteration: z.number(), low: z.number(), high: z.number(), unit: z.enum(units) });
