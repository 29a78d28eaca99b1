import { z } from 'zod';
import type {
  Comparison,
  Explanation,
  MappingFinding,
  NativeFinding,
  NativeFrame,
  ObjectFinding,
  RubyPlace,
} from '../domain/explanation.ts';
import { slopeSchema } from './slope-schema.ts';

// Numbers that were fitted may be a little below zero, and a line may be 0 (`eval` without one).
const line = z.int().nonnegative();
const count = z.number().nonnegative();

const rubyPlace = z.object({
  file: z.string(),
  line,
  method: z.string().nullable(),
}) satisfies z.ZodType<RubyPlace>;

const nativeFrame = z.object({
  function: z.string().nullable(),
  library: z.string(),
  offset: count,
  source: z.object({ file: z.string(), line }).nullable(),
  inlined: z.boolean(),
}) satisfies z.ZodType<NativeFrame>;

const placed = { script: rubyPlace.nullable(), innermost: rubyPlace.nullable() };
const site = { stack: z.array(nativeFrame), allocations: count, frees: count };

const nativeFinding = z.object({
  kind: z.literal('native'),
  ...placed,
  bytesPerIteration: z.number(),
  blocksPerIteration: z.number(),
  blockBytes: z.number().nullable(),
  grows: z.boolean(),
  ...site,
}) satisfies z.ZodType<NativeFinding>;

const objectFinding = z.object({
  kind: z.literal('objects'),
  ...placed,
  className: z.string(),
  objectsPerIteration: z.number(),
  bytesPerIteration: z.number(),
  grows: z.boolean(),
  path: z.array(z.object({ label: z.string().nullable(), className: z.string().nullable() })),
  buffers: z.array(nativeFinding),
}) satisfies z.ZodType<ObjectFinding>;

const mappingFinding = z.object({
  kind: z.literal('mapping'),
  what: z.string(),
  bytesPerIteration: z.number(),
  reservedPerIteration: z.number(),
  mappingsPerIteration: z.number(),
}) satisfies z.ZodType<MappingFinding>;

const comparison = z.object({ ...placed, ...site }) satisfies z.ZodType<Comparison>;

/** Why memory grows on a ruby, as a record holds it. */
export const explanationSchema = z.object({
  role: z.enum(['leak', 'comparison']),
  findings: z.array(z.discriminatedUnion('kind', [nativeFinding, objectFinding, mappingFinding])),
  comparisons: z.array(comparison),
  iterations: count,
  measured: slopeSchema('bytes', 'slots', 'blocks').nullable(),
  accountedFor: z.number().nullable(),
  oneInBlocks: z.number().positive(),
  slowdown: z.number().nullable(),
  seconds: count,
  notes: z.array(z.string()),
}) satisfies z.ZodType<Explanation>;
