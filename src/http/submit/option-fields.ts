import { z } from '@hono/zod-openapi';
import { problemWithValues } from '../../domain/cell/axis-values.ts';
import { linesText, parseLines } from '../../domain/run/line-set.ts';
import { PACKAGE_NAME, orderedPackages } from '../../domain/ruby/debian-packages.ts';
import type { NamedOptions } from '../../domain/run/options.ts';
import {
  MOST,
  PLAIN_OPTIONS,
  eachPlain,
  eachPlainWord,
  type PlainName,
  type PlainOptions,
} from '../../domain/run/plain-options.ts';
import type { Limits } from '../../domain/ruby/ruby.ts';

const MOST_GEMS = 50;

const plainFields = eachPlain(({ number, meaning, word }) =>
  (number === null ? z.boolean() : z.int().positive().max(MOST)).optional().openapi({
    description: `${meaning} None: what the script says (# matrix: ${[word, number?.example ?? ''].join(' ').trim()}).`,
  }),
) as unknown as { readonly [K in PlainName]: z.ZodOptional<z.ZodType<PlainOptions[K]>> };

/**
 * Makes the schema of a run's options in requests. They have three forms: JSON, the query of a script that is
 * sent as it is, and the page's form. Plain options have all three from their description; others are a line in each.
 */
export const optionsSchema = (limits: Limits) =>
  z.strictObject({
    budgetSeconds: z.number().positive().max(limits.maxBudgetSeconds).optional().openapi({
      description: 'Longest time that each ruby loops. None: what the script says (# matrix: budget 60).',
    }),
    ...plainFields,
    loop: z
      .int()
      .positive()
      .max(MOST)
      .optional()
      .openapi({ description: 'Line of the loop to measure. None: what the script says, else every loop.' }),
    gems: z
      .array(z.string().min(1).max(1000))
      .max(MOST_GEMS)
      .optional()
      .openapi({
        description:
          'Gems to install for the script, where the operator allows it (gems.clients in matrix.yaml): oj, ' +
          'oj=3.11.8,3.12.0 (a cell for each version), ./my_gem (a folder of `files` that holds a gemspec). None: ' +
          'what the script says (# matrix: gem oj 3.11.8, 3.12.0, or bundler/inline).',
      }),
    gemfile: z.string().min(1).max(255).optional().openapi({
      description: 'Path of a Gemfile in `files`; its lock, if any, lies beside it.',
    }),
    cache: z.boolean().optional().openapi({
      description:
        'false: measure again even if an earlier run measured the same script, settings and image. None: true.',
    }),
    debianPackages: z
      .array(z.string().regex(PACKAGE_NAME, 'expected the name of a Debian package, such as ruby-nokogiri'))
      .max(50)
      .transform(orderedPackages)
      .optional()
      .openapi({
        description:
          'Debian packages to install beside Debian’s rubies, of those that the operator allows (client-debian-packages in ' +
          'matrix.yaml). None: what the script says (# matrix: debian-package ruby-nokogiri).',
      }),
    without: z
      .array(z.string().max(1000).transform(lineSet))
      .max(24)
      .optional()
      .openapi({
        description:
          'Lines that the script is also measured without, for comparison; each entry is a variant: 12, 12,15..17. ' +
          'None: what the script says (# matrix: without at the end of lines). An empty list: with all of them.',
      }),
    axes: z
      .record(z.string(), z.array(z.string()).min(1).max(64))
      .superRefine((axes, context) => {
        for (const [name, values] of Object.entries(axes)) {
          const message = problemWithValues({ name, values });
          if (message !== null) context.addIssue({ code: 'custom', path: [name], message });
        }
      })
      .optional()
      .openapi({
        description: 'Settings to compare; each combination is a cell of each ruby.',
        example: { jit: ['off', 'yjit'] },
      }),
  });

/** Parses a set of lines into its canonical form. */
function lineSet(text: string, context: z.core.$RefinementCtx): string {
  const lines = parseLines(text);
  if (lines.ok) return linesText(lines.value);
  context.addIssue({ code: 'custom', message: lines.message });
  return z.NEVER;
}

/** Field `explain`, which is beside `options` in a request. */
export const explainSchema = z.boolean().default(false).openapi({
  description: 'Find what leaks after the verdicts, in separate containers: some seconds per leak.',
});

/** Field `bisect`, which is beside `options` in a request. */
export const bisectSchema = z
  .boolean()
  .default(false)
  .openapi({
    description:
      'Find where leaks come and go among the rubies (none: every release), or among the versions of a gem, and measure ' +
      'only as many cells as that takes.',
  });

/** Renames the options of a request to their names in a run. */
export const namedIn = ({
  options: { loop, ...others },
  explain,
  bisect,
}: {
  readonly options: z.output<ReturnType<typeof optionsSchema>>;
  readonly explain: boolean;
  readonly bisect: boolean;
}): NamedOptions => ({ ...others, loopLine: loop, explain, bisect });

/** Fields of a query and of the page's form, and where each is in a submission. */
export const OPTION_FIELDS: Readonly<Record<string, readonly string[]>> = {
  budget: ['options', 'budgetSeconds'],
  ...Object.fromEntries(PLAIN_OPTIONS.map(({ word, name }) => [word, ['options', name]])),
  loop: ['options', 'loop'],
  with: ['options', 'axes'],
  env: ['options', 'axes'],
  gem: ['options', 'gems'],
  gemfile: ['options', 'gemfile'],
  'debian-package': ['options', 'debianPackages'],
  without: ['options', 'without'],
  cache: ['options', 'cache'],
  explain: ['explain'],
  bisect: ['bisect'],
};

const yesOrNo = z.enum(['true', 'false']).optional();

/** The options of a query. */
export const optionQuery = {
  budget: z.string().optional().openapi({ description: 'Seconds of looping per ruby.' }),
  ...eachPlainWord(({ number, meaning }) =>
    (number === null ? yesOrNo : z.string().optional()).openapi({ description: meaning }),
  ),
  loop: z.string().optional().openapi({ description: 'Line of the loop to measure.' }),
  with: z.array(z.string()).optional().openapi({
    description: 'What the cells of a ruby differ in: jit=off,yjit or arenas=1,default; repeated.',
  }),
  env: z.array(z.string()).optional().openapi({
    description: 'A cell for each value of a variable: RUBY_GC_HEAP_GROWTH_FACTOR=1.1,1.8; repeated.',
  }),
  gem: z.array(z.string()).optional().openapi({
    description: 'Gems to install for the script: oj, oj=3.11.8,3.12.0; repeated.',
  }),
  'debian-package': z.array(z.string()).optional().openapi({
    description: 'Debian packages to install beside Debian’s rubies, repeated or with commas between them.',
  }),
  without: z.array(z.string()).optional().openapi({
    description: 'Lines that the script is also measured without: 12 or 12,15..17; repeated: a variant each.',
  }),
  cache: yesOrNo.openapi({ description: '`false`: measure again what an earlier run measured.' }),
  explain: yesOrNo.openapi({ description: 'Find what leaks after the verdicts.' }),
  bisect: yesOrNo.openapi({ description: 'Find where leaks come and go.' }),
};

/** The options of the page's form. */
export const optionForm = {
  with: z.array(z.string()).optional().openapi({ description: 'Settings to compare: jit=off; repeated.' }),
  env: z.string().optional().openapi({ description: 'Variables, one a line: NAME=VALUE,VALUE.' }),
  gem: z.string().optional().openapi({ description: 'Gems, where the operator allows them.' }),
  budget: z.string().optional(),
  explain: z.string().optional().openapi({ description: '`true`: find what leaks after the verdicts.' }),
  bisect: z.string().optional().openapi({ description: '`true`: find where leaks come and go.' }),
  ...eachPlainWord(({ number, meaning }) =>
    z
      .string()
      .optional()
      .openapi({ description: number === null ? `\`true\`: ${meaning}` : meaning }),
  ),
  without: z
    .string()
    .optional()
    .openapi({ description: 'Lines that the script is also measured without, a variant a line: 12,15..17.' }),
  loop: z.string().optional().openapi({ description: 'Line of the loop to measure.' }),
  'debian-package': z
    .string()
    .optional()
    .openapi({ description: 'Debian packages, with commas between them.' }),
  cache: z
    .string()
    .optional()
    .openapi({ description: '`false`: measure again what an earlier run measured.' }),
  gemfile: z
    .string()
    .optional()
    .openapi({ description: 'Path of a Gemfile among the files that are taken over.' }),
  arg: z.string().optional().openapi({ description: 'Arguments of the script, one a line.' }),
};

/** Collects what was typed into the form's options, or ticked; several values on a line each. */
export const typedOptions = (form: URLSearchParams): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.keys(optionForm).map((name) => [name, form.getAll(name).join('\n')]));
