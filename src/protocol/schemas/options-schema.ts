import { z } from 'zod';
import { STANDARD_OPTIONS, type MeasureOptions } from '../../domain/run/options.ts';
import { eachPlain, type PlainName, type PlainOptions } from '../../domain/run/plain-options.ts';

const plainShape = eachPlain(({ meaning, standard }) =>
  (typeof standard === 'boolean'
    ? z.boolean().default(standard)
    : z.int().nonnegative().default(standard)
  ).describe(meaning),
) as unknown as { readonly [K in PlainName]: z.ZodType<PlainOptions[K]> };

/**
 * The options of a run in its record and its ticket. Newer options have defaults, since older files lack
 * them.
 */
export const measureOptionsSchema = z.object({
  budgetSeconds: z
    .number()
    .describe(
      'Longest time that each cell loops; waiting for a processor does not count, up to as long again.',
    ),
  ...plainShape,
  loopLine: z
    .int()
    .positive()
    .nullable()
    .default(STANDARD_OPTIONS.loopLine)
    .describe('Line of the loop to measure, where the request names one.'),
  explain: z
    .boolean()
    .default(STANDARD_OPTIONS.explain)
    .describe('Find what leaks after the verdicts, in separate containers.'),
  debianPackages: z
    .array(z.string())
    .readonly()
    .default(STANDARD_OPTIONS.debianPackages)
    .describe('Debian packages that were installed beside Debian’s rubies.'),
  gems: z
    .array(z.string())
    .readonly()
    .default(STANDARD_OPTIONS.gems)
    .describe(
      'Gems that were installed for the script: `oj=3.11.8,3.12.0`, or a folder with a gemspec: `./my_gem`.',
    ),
  gemfile: z
    .string()
    .nullable()
    .default(STANDARD_OPTIONS.gemfile)
    .describe('Path of the Gemfile beside the script.'),
  bisect: z
    .boolean()
    .default(STANDARD_OPTIONS.bisect)
    .describe('Find where leaks come and go, and measure only as many cells as that takes.'),
  cache: z
    .boolean()
    .default(STANDARD_OPTIONS.cache)
    .describe('Reuse cells of an earlier run that measured the same script, settings and image.'),
  axes: z
    .record(z.string(), z.array(z.string()))
    .default({})
    .describe(
      'Settings to compare, such as `{"jit": ["off", "yjit"]}`: each combination is a cell of each ruby.',
    ),
  without: z
    .array(z.string())
    .readonly()
    .default(STANDARD_OPTIONS.without)
    .describe('Lines that the script was also measured without, each entry a variant: `12`, `12,15..17`.'),
}) satisfies z.ZodType<MeasureOptions>;
