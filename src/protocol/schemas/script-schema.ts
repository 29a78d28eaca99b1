import { z } from 'zod';
import type { ScriptVariant } from '../../domain/run/record.ts';

const line = z.int().positive().nullable();

/** A script that ran. */
export const ranScriptSchema = z.object({
  name: z.string().describe('Name of the script: `$0`.'),
  sha256: z.string().describe('Of its text, in hexadecimal digits.'),
  text: z.string().describe('The script as it was posted.'),
});

/** The loop that a script is about. */
export const foundLoopSchema = z.object({
  line: line.describe('Line of the outermost loop; null where the script has none.'),
  unitLine: line.describe('Line of the innermost loop.'),
  kinds: z.array(z.string()).describe('`times`, `while`, … from the outermost to the innermost.'),
  otherLines: z.array(z.int().positive()).describe('Lines of the script’s other loops.'),
});

/** A script that ran beside the main one. */
export const scriptVariantSchema = z.object({
  name: z.string().describe('Value of the setting `script` of its cells: `without-12`, `b.rb`.'),
  without: z
    .array(z.int().positive())
    .nullable()
    .describe('Lines of `script` that it does not have; null: it is another script.'),
  path: z.string().nullable().describe('Path of the other script, as the command line named it.'),
  script: ranScriptSchema.describe('What ran.'),
  loop: foundLoopSchema.nullable().describe('The loop that it is about.'),
}) satisfies z.ZodType<ScriptVariant>;
