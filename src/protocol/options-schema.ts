import { z } from 'zod';
import { STANDARD_OPTIONS, type MeasureOptions } from '../domain/options.ts';

/** The options of a run in its record and its ticket. Those that came later are not in what was stored before. */
export const measureOptionsSchema = z.object({
  budgetSeconds: z.number().describe('Longest time that each ruby loops.'),
  exactCount: z.boolean().describe('Whether the script’s own number of iterations was kept.'),
  keepSleep: z
    .boolean()
    .default(STANDARD_OPTIONS.keepSleep)
    .describe('Whether its sleeps were left as long as they are.'),
  loopLine: z
    .int()
    .positive()
    .nullable()
    .default(STANDARD_OPTIONS.loopLine)
    .describe('Line of the loop that the request named.'),
  explain: z.boolean().default(STANDARD_OPTIONS.explain).describe('Whether leaks were to be named.'),
}) satisfies z.ZodType<MeasureOptions>;
