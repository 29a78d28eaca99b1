import { z } from 'zod';
import type { CellCode } from '../../domain/measurement/cell-codes.ts';
import { residentSchema } from './resident-schema.ts';
import type { CellRecord, LoopRecord, RunRecord } from '../../domain/run/record.ts';
import type { Growth } from '../../domain/measurement/verdict.ts';
import { bisectSchema } from './bisect-schema.ts';
import { cellIdSchema, cellNameFields, named } from './cell-name-schema.ts';
import { comparedCellSchema, repeatsSchema } from './comparison-schema.ts';
import { explanationSchema } from './explanation-schema.ts';
import { hostSchema } from './host-schema.ts';
import { measureOptionsSchema } from './options-schema.ts';
import { foundLoopSchema, ranScriptSchema, scriptVariantSchema } from './script-schema.ts';
import { slopeSchema as slope } from './slope-schema.ts';

/**
 * The JSON of a run, schema 1: what run.json holds and what programs read. Unknown keys are dropped, so that
 * a file with later additions still reads. The two types at the end keep it and the domain's types in step.
 */
const growth = z.object({
  malloc: slope('bytes').describe('Live bytes: malloc blocks and live slots, pages of Ruby’s heap left out.'),
  blocks: slope('blocks').describe('Live blocks of malloc.'),
  liveSlots: slope('slots').describe('Live slots of Ruby’s heap: objects.'),
  heap: slope('bytes').nullable().describe('Resident bytes of `[heap]`.'),
  rss: slope('bytes').nullable().describe('Resident set.'),
  pss: slope('bytes').nullable().describe('Proportional set.'),
}) satisfies z.ZodType<Growth>;

const environment = z.object({
  description: z.string().describe('`RUBY_DESCRIPTION`.'),
  image: z.string().describe('Image that the container was made from.'),
  digest: z.string().describe('Digest or id of that image.'),
  source: z.string().describe('`official`, `image`, `debian`, `folder` or `commit`.'),
  packages: z
    .array(
      z.object({
        name: z.string().describe('`ruby-nokogiri`.'),
        version: z.string().describe('Debian’s version of it.'),
      }),
    )
    .default([])
    .describe('Debian’s packages that were asked for and lay in that image.'),
  os: z.string().describe('Distribution and release.'),
  libc: z.string().describe('C library: `glibc 2.36`.'),
  allocator: z.string().describe('Library that malloc comes from.'),
  arch: z.string().describe('`x86_64`, `aarch64`.'),
  workdir: z.string().describe('Working directory of the script in the container.'),
  runtime: z
    .string()
    .nullable()
    .default(null)
    .describe('Sandboxing runtime, such as `runsc`; null: the engine’s own.'),
  gems: z
    .array(z.object({ name: z.string().describe('Its name.'), version: z.string().describe('Its version.') }))
    .nullable()
    .default(null)
    .describe('Gems that were installed for it, as resolved; null: none were asked for.'),
});

const failures = [
  'script-error',
  'out-of-memory',
  'timed-out',
  'image-unavailable',
  'gems-unavailable',
  'setting-unavailable',
  'engine-error',
  'cancelled',
] as const;

const line = z.int().positive().nullable();
const names = z.array(z.string());
const ids = z.array(cellIdSchema);

const verdict = z.enum(['leak', 'clean', 'inconclusive']).nullable();
const cause = z.enum(['native', 'objects', 'outside-malloc']).nullable();

/** Any text: a later release may have more codes. */
const code = z.string().nullable().default(null) as unknown as z.ZodType<
  CellCode | null,
  string | null | undefined
>;

const loopRecord = z.object({
  line: z.int().positive().describe('Line that the loop begins on.'),
  endLine: z.int().positive().describe('Line that it ends on.'),
  kind: z.string().describe('`times`, `loop`, `while`, `times.map`, `body`, …'),
  context: z
    .string()
    .nullable()
    .describe('Method, test or round of a table that it runs in; null where there is only one.'),
  iterations: z.number().nonnegative().describe('Iterations that were counted while it was judged.'),
  verdict: verdict.describe('null where it was not judged; `message` says why.'),
  cause: cause.describe('What grows; null where nothing does.'),
  growth: growth.nullable().describe('Growth per iteration of this loop.'),
  smallestDetectable: z
    .number()
    .nullable()
    .describe('Bytes per iteration: the smallest leak that could not have been missed.'),
  microsecondsPerIteration: z.number().nullable().describe('Time of one iteration.'),
  code: code.describe('What `message` says, for programs (docs/record.md#codes).'),
  message: z.string().nullable().describe('Evidence of the verdict, or why there is none.'),
  unit: z.string().describe('What growth is counted by: `iteration of line 4`.'),
}) satisfies z.ZodType<LoopRecord>;

const cellFields = z.object({
  ...cellNameFields,
  state: z.enum(['queued', 'preparing', 'measuring', 'done']).describe('How far it has come.'),
  outcome: z
    .enum(['measured', ...failures])
    .nullable()
    .describe('Whether it was measured, or what went wrong; null until it is done.'),
  stage: z
    .enum(['queued', 'image', 'gems', 'start', 'setup', 'loop', 'finish'])
    .nullable()
    .describe('Where it ended when it was not measured.'),
  verdict: verdict.describe('Of its worst loop; null where it was not measured.'),
  cause: cause.describe(
    'What leaks: `native`: malloc; `objects`: Ruby objects; `outside-malloc`: resident memory alone.',
  ),
  confidence: z.number().nullable().describe('Confidence of the intervals: 0.99.'),
  growth: growth.nullable().describe('Growth per iteration of its worst loop.'),
  iterations: z.number().nonnegative().describe('Iterations of that loop that were counted.'),
  checkpoints: z.int().nonnegative().describe('Samples that were read.'),
  seconds: z.number().nonnegative().describe('Seconds that its containers ran.'),
  microsecondsPerIteration: z.number().nullable().describe('Time of one iteration.'),
  smallestDetectable: z
    .number()
    .nullable()
    .describe('Bytes per iteration: the smallest leak that could not have been missed.'),
  blockSizes: z
    .array(
      z.object({
        bytes: z.number().describe('Usable bytes of such a block.'),
        perIteration: z.number().describe('Blocks more per iteration.'),
      }),
    )
    .describe('Sizes of blocks whose number grows, in usable bytes.'),
  resident: residentSchema.nullable().default(null).describe('Resident memory that is not live.'),
  confirmed: z.boolean().describe('Whether a leak was found again in a second, fresh container.'),
  loops: z
    .array(loopRecord)
    .default([])
    .describe('Every loop that can run often, in the order of the script.'),
  environment: environment.nullable().describe('What it ran in.'),
  host: hostSchema.nullable().default(null).describe('The machine that it was measured on.'),
  code: code.describe('What `message` says, for programs (docs/record.md#codes).'),
  message: z
    .string()
    .nullable()
    .describe('Evidence of the verdict, reason of an inconclusive one, or the error.'),
  line: line.describe('Line of the script that the error names.'),
  warnings: z
    .array(z.string())
    .describe('Contradictions between what the script reports and what was observed.'),
  output: z.string().describe('What the script printed, cut at a limit.'),
  outputDroppedBytes: z.number().nonnegative().describe('How much more it printed.'),
  // Runs that were stored before explanations existed have none.
  explanation: explanationSchema
    .nullable()
    .default(null)
    .describe('What leaks and where; null where the leak was not explained.'),
  repeats: repeatsSchema
    .nullable()
    .default(null)
    .describe('Its containers that ran in turns with those of the cells it is compared with.'),
  fingerprint: z
    .string()
    .nullable()
    .default(null)
    .describe(
      'Hash of everything that decides the result: script, files, options, settings, image, limits, parts.',
    ),
  from: z
    .object({
      run: z.string().describe('Its id.'),
      at: z.string().describe('When it was made: ISO 8601, UTC.'),
    })
    .nullable()
    .default(null)
    .describe('The earlier run that measured it; null: this one did.'),
});

const cellRecordSchema = cellFields.transform(named) satisfies z.ZodType<CellRecord>;

export const runRecordSchema = z.object({
  schema: z.literal(1).describe('Version of this schema. It only gains fields.'),
  id: z.string().describe('Id of the run: `20261123-071502-repro-3f9a2c`.'),
  createdAt: z.string().describe('ISO 8601, UTC.'),
  finishedAt: z.string().nullable().describe('null while it runs.'),
  state: z.enum(['queued', 'running', 'done', 'cancelled']).describe('How far it has come.'),
  script: ranScriptSchema.describe('What ran.'),
  basedOn: z
    .string()
    .nullable()
    .default(null)
    .describe('Id of the run that this one was made from, by editing it.'),
  loop: foundLoopSchema.nullable().describe('The loop that the script is about.'),
  variants: z
    .array(scriptVariantSchema)
    .default([])
    .describe('Scripts that ran beside `script`, to be compared with it.'),
  options: measureOptionsSchema
    .extend({
      // Older records lack it.
      path: z.string().nullable().default(null).describe('Path of the script, as the command line named it.'),
      args: z.array(z.string()).default([]).describe('The script’s `ARGV`.'),
      workdirFrom: z.string().nullable().default(null).describe('Folder whose files lay beside the script.'),
      images: z
        .array(z.string())
        .default([])
        .describe('Images of one’s own, as the command line named them.'),
      folders: z
        .array(
          z.object({
            path: z.string().describe('As the command line named it.'),
            name: z.string().describe('What its ruby is called in the cells.'),
          }),
        )
        .default([])
        .describe('Folders with an installed ruby.'),
      workdir: z
        .string()
        .nullable()
        .default(null)
        .describe('Working directory in the images, as the command line named it; null: their own.'),
      config: z
        .string()
        .nullable()
        .default(null)
        .describe('The `matrix.yaml` that was named; null: the one that is shipped.'),
      runtime: z
        .string()
        .nullable()
        .default(null)
        .describe('Sandboxing runtime that was asked for; null: the engine’s own.'),
    })
    .describe('Options of the run.'),
  listed: names.describe('Every ruby of the matrix, in its order.'),
  comparison: z
    .array(comparedCellSchema)
    .default([])
    .describe('What is different in each cell of a comparison.'),
  sentence: z.string().nullable().describe('The result in a sentence; null until the run is done.'),
  leaking: ids.describe('Cells that leak.'),
  clean: ids.describe('Cells that are clean.'),
  inconclusive: ids.describe('Cells whose verdict is inconclusive.'),
  unmeasured: ids.describe('Cells that could not be measured.'),
  cells: z
    .array(cellRecordSchema)
    .describe('One for each ruby and its settings, in the order of the matrix.'),
  bisect: bisectSchema
    .nullable()
    .default(null)
    .describe('The search for where leaks come and go; null where every cell was to be measured.'),
  notes: names.describe('Notes that concern the run as a whole.'),
}) satisfies z.ZodType<RunRecord>;

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** The type of a written record: the compiler refuses one that the schema would not read back. */
type WritableRunRecord = RunRecord & DeepReadonly<z.input<typeof runRecordSchema>>;

/**
 * Encodes a record as JSON.
 * @throws {TypeError} when it could not be read back (a slope that is not finite, say): a bug that is better
 * found here than when the file is read
 */
export function encodeRunRecord(record: RunRecord): string {
  const writable: WritableRunRecord = record;
  const checked = runRecordSchema.safeParse(writable);
  if (!checked.success)
    throw new TypeError(`run ${record.id} does not fit its schema: ${firstIssue(checked.error)}`);
  return `${JSON.stringify(writable, null, 2)}\n`;
}

/** Describes the first problem of a value: `cells.3.growth.malloc.low: Invalid input: …`. */
export function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue === undefined ? 'unknown' : `${issue.path.map(String).join('.')}: ${issue.message}`;
}
