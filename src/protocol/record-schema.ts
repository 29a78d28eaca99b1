import { z } from 'zod';
import type { CellRecord, LoopRecord, RunRecord } from '../domain/record.ts';
import type { Growth } from '../domain/verdict.ts';
import { cellIdSchema, cellNameFields, named } from './cell-name-schema.ts';
import { explanationSchema } from './explanation-schema.ts';
import { slopeSchema as slope } from './slope-schema.ts';

/**
 * The JSON of a run, schema 1: what run.json holds and what programs read. Unknown keys are dropped, so that
 * a file with later additions still reads. The two types at the end keep it and the domain's types in step.
 */
const growth = z.object({
  malloc: slope('bytes'),
  blocks: slope('blocks'),
  liveSlots: slope('slots'),
  heap: slope('bytes').nullable(),
  rss: slope('bytes').nullable(),
  pss: slope('bytes').nullable(),
}) satisfies z.ZodType<Growth>;

const environment = z.object({
  description: z.string(),
  image: z.string(),
  digest: z.string(),
  source: z.string(),
  os: z.string(),
  libc: z.string(),
  allocator: z.string(),
  arch: z.string(),
  workdir: z.string(),
  runtime: z.string().nullable().default(null),
});

const failures = [
  'script-error',
  'out-of-memory',
  'timed-out',
  'image-unavailable',
  'engine-error',
  'cancelled',
] as const;

const line = z.int().positive().nullable();
const names = z.array(z.string());
const ids = z.array(cellIdSchema);

const verdict = z.enum(['leak', 'clean', 'inconclusive']).nullable();
const cause = z.enum(['native', 'objects', 'outside-malloc']).nullable();

const loopRecord = z.object({
  line: z.int().positive(),
  endLine: z.int().positive(),
  kind: z.string(),
  context: z.string().nullable(),
  iterations: z.number().nonnegative(),
  verdict,
  cause,
  growth: growth.nullable(),
  smallestDetectable: z.number().nullable(),
  microsecondsPerIteration: z.number().nullable(),
  message: z.string().nullable(),
  unit: z.string(),
}) satisfies z.ZodType<LoopRecord>;

const cellFields = z.object({
  ...cellNameFields,
  state: z.enum(['queued', 'preparing', 'measuring', 'done']),
  outcome: z.enum(['measured', ...failures]).nullable(),
  stage: z.enum(['queued', 'image', 'start', 'setup', 'loop', 'finish']).nullable(),
  verdict,
  cause,
  confidence: z.number().nullable(),
  growth: growth.nullable(),
  iterations: z.number().nonnegative(),
  checkpoints: z.int().nonnegative(),
  seconds: z.number().nonnegative(),
  microsecondsPerIteration: z.number().nullable(),
  smallestDetectable: z.number().nullable(),
  blockSizes: z.array(z.object({ bytes: z.number(), perIteration: z.number() })),
  resident: z
    .object({ heldBytes: z.number(), trimmedBytes: z.number(), peakBytes: z.number() })
    .nullable()
    .default(null),
  confirmed: z.boolean(),
  loops: z.array(loopRecord).default([]),
  environment: environment.nullable(),
  message: z.string().nullable(),
  line,
  warnings: z.array(z.string()),
  output: z.string(),
  outputDroppedBytes: z.number().nonnegative(),
  // Runs that were stored before there were explanations have none.
  explanation: explanationSchema.nullable().default(null),
});

const cellRecordSchema = cellFields.transform(named) satisfies z.ZodType<CellRecord>;

export const runRecordSchema = z.object({
  schema: z.literal(1),
  id: z.string(),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
  state: z.enum(['queued', 'running', 'done', 'cancelled']),
  script: z.object({ name: z.string(), sha256: z.string(), text: z.string() }),
  loop: z.object({ line, unitLine: line, kinds: names, otherLines: z.array(z.int().positive()) }).nullable(),
  options: z.object({
    budgetSeconds: z.number(),
    exactCount: z.boolean(),
    // Records of before sleeps could be shortened.
    keepSleep: z.boolean().default(false),
    explain: z.boolean().default(false),
    // Records of before a report's command repeated all of them have none.
    path: z.string().nullable().default(null),
    args: z.array(z.string()).default([]),
    loopLine: line.default(null),
    workdirFrom: z.string().nullable().default(null),
    config: z.string().nullable().default(null),
    runtime: z.string().nullable().default(null),
  }),
  listed: names,
  sentence: z.string().nullable(),
  leaking: ids,
  clean: ids,
  inconclusive: ids,
  unmeasured: ids,
  cells: z.array(cellRecordSchema),
  notes: names,
}) satisfies z.ZodType<RunRecord>;

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** What may be written: the compiler refuses a record that the schema would not read back. */
type WritableRunRecord = RunRecord & DeepReadonly<z.input<typeof runRecordSchema>>;

/**
 * The JSON text of a record. Throws TypeError when it would not read back (a slope that is not finite, say):
 * that is a bug, and better found here than in a file that is refused tomorrow.
 */
export function encodeRunRecord(record: RunRecord): string {
  const writable: WritableRunRecord = record;
  const checked = runRecordSchema.safeParse(writable);
  if (!checked.success)
    throw new TypeError(`run ${record.id} does not fit its schema: ${firstIssue(checked.error)}`);
  return `${JSON.stringify(writable, null, 2)}\n`;
}

/** `cells.3.growth.malloc.low: Invalid input: …` */
export function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return issue === undefined ? 'unknown' : `${issue.path.map(String).join('.')}: ${issue.message}`;
}
