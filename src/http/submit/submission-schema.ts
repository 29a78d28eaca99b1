import { z } from '@hono/zod-openapi';
import { isRunId } from '../../domain/run/run-id.ts';
import type { Limits } from '../../domain/ruby/ruby.ts';
import { bisectSchema, explainSchema, optionForm, optionQuery, optionsSchema } from './option-fields.ts';

const MOST = {
  files: 200,
  others: 8,
  args: 50,
  selectors: 100,
  pathBytes: 255,
  argCharacters: 1000,
  selectorCharacters: 200,
};

const PATH_HINT =
  'expected a path inside the working directory: relative, parts separated by /, no . or .., such as lib/helper.rb';

/** Checks that a path cannot leave its folder, on any system. */
function staysInside(path: string): boolean {
  const parts = path.split('/');
  const plain = path.isWellFormed() && !/[\u0000-\u001f\u007f\\]/.test(path) && !/^[a-z]:/i.test(path);
  return plain && parts.every((part) => part !== '' && part !== '.' && part !== '..');
}

const encoder = new TextEncoder();
const path = z
  .string()
  .min(1)
  .refine((text) => encoder.encode(text).length <= MOST.pathBytes, `expected at most ${MOST.pathBytes} bytes`)
  .refine(staysInside, PATH_HINT);
const clean = (text: string): boolean => text.isWellFormed() && !text.includes('\0');
const CLEAN_HINT = 'expected text without NUL bytes and half characters';
const selector = z.string().min(1).max(MOST.selectorCharacters);

/**
 * Makes the schema of `POST /runs`. Rubies are chosen by name; nothing here names an image or an option of
 * the engine.
 */
export function submissionSchema(limits: Limits) {
  const scriptBytes = limits.scriptKiB * 1024;
  const script = z
    .string()
    .refine((text) => text.trim() !== '', 'expected a script, got nothing')
    .refine(clean, CLEAN_HINT)
    .refine((text) => encoder.encode(text).length <= scriptBytes, `expected at most ${limits.scriptKiB} KiB`);
  return z
    .strictObject({
      script: script.openapi({ description: 'The script as it was posted.' }),
      others: z
        .array(
          z.strictObject({
            name: path.openapi({ description: 'Name of the script: `$0`.' }),
            script: script.openapi({ description: 'Its text.' }),
          }),
        )
        .max(MOST.others)
        .default([])
        .openapi({ description: 'Scripts that are measured as well, and compared with it.' }),
      name: path.default('repro.rb').openapi({ description: 'Name of the script: `$0`.' }),
      rubies: z
        .union([selector, z.array(selector).min(1).max(MOST.selectors)])
        .optional()
        .openapi({
          description:
            'Selectors: 2.3.6, 2.3, 2.2..2.5, ~>2.4, all, a name of GET /rubies. None: what the script says ' +
            '(# matrix: rubies 2.2..2.5), else the default set.',
        }),
      options: optionsSchema(limits).default({}).openapi({ description: 'How it is measured.' }),
      basedOn: z
        .string()
        .refine(isRunId, 'expected the id of a run')
        .optional()
        .openapi({ description: 'Id of the run that this one was made from; its record says so.' }),
      explain: explainSchema,
      bisect: bisectSchema,
      args: z
        .array(z.string().max(MOST.argCharacters).refine(clean, CLEAN_HINT))
        .max(MOST.args)
        .default([])
        .openapi({ description: 'The script’s `ARGV`.' }),
      files: z
        .record(
          path,
          z.string().refine((text) => text.isWellFormed(), CLEAN_HINT),
        )
        .refine((files) => Object.keys(files).length <= MOST.files, `expected at most ${MOST.files} files`)
        .default({})
        .openapi({ description: 'Text files beside the script: path → content.' }),
    })
    .openapi('Submission');
}

export type SubmissionBody = z.output<ReturnType<typeof submissionSchema>>;

/** The query of a script that is sent as it is. */
export const submissionQuerySchema = z.object({
  ruby: z
    .array(z.string())
    .optional()
    .openapi({ description: 'Selectors, repeated or with commas between them.' }),
  name: z.string().optional().openapi({ description: 'Name of the script: `$0`.' }),
  ...optionQuery,
});

/** The fields of the page's form. */
export const formSchema = z.object({
  script: z.string(),
  name: z.string().optional(),
  ruby: z.array(z.string()).optional(),
  other: z.array(z.string()).optional().openapi({ description: 'Scripts to compare with.' }),
  'other-name': z.array(z.string()).optional().openapi({ description: 'Their names, in the same order.' }),
  'based-on': z.string().optional().openapi({ description: 'Id of the run that the form was filled with.' }),
  files: z.string().optional().openapi({ description: '`true`: with the files beside that run.' }),
  ...optionForm,
  token: z.string().optional().openapi({ description: 'Signs the visitor in; not needed with a session.' }),
});
