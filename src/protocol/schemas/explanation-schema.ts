import { z } from 'zod';
import type {
  Comparison,
  Explanation,
  MadeObjects,
  MappingFinding,
  NativeFinding,
  NativeFrame,
  ObjectFinding,
  RubyPlace,
} from '../../domain/leak/explanation.ts';
import { cellIdSchema } from './cell-name-schema.ts';
import { hostSchema } from './host-schema.ts';
import { slopeSchema } from './slope-schema.ts';

// Numbers that were fitted may be a little below zero, and a line may be 0 (`eval` without one).
const line = z.int().nonnegative();
const count = z.number().nonnegative();

const rubyPlace = z.object({
  file: z.string().describe('Path as Ruby names it; relative where it is below the working directory.'),
  line: line.describe('0 where Ruby knows none.'),
  method: z.string().nullable().describe('`Kernel#require`, `require`; null at the top of a script.'),
}) satisfies z.ZodType<RubyPlace>;

const nativeFrame = z.object({
  function: z.string().nullable().describe('null where the library was stripped of its name.'),
  library: z.string().describe('File name of the program or library.'),
  offset: count.describe('Bytes from the beginning of the library, as `addr2line -e` takes them.'),
  source: z
    .object({ file: z.string().describe('Source file.'), line: line.describe('Its line.') })
    .nullable()
    .describe('Where there is debug information.'),
  inlined: z.boolean().describe('Whether the compiler put it into its caller.'),
}) satisfies z.ZodType<NativeFrame>;

const placed = {
  script: rubyPlace.nullable().describe('Line of the script that was running; null where none was.'),
  innermost: rubyPlace.nullable().describe('Innermost line of Ruby code.'),
};
const site = {
  stack: z.array(nativeFrame).describe('The C stack, innermost frame first.'),
  allocations: count.describe('Blocks that were allocated in the observed iterations.'),
  frees: count.describe('Blocks that were freed in them.'),
};

const nativeFinding = z.object({
  kind: z
    .literal('native')
    .describe('Memory from malloc that one C stack allocates and that is never freed.'),
  ...placed,
  bytesPerIteration: z.number().describe('Bytes more per iteration.'),
  blocksPerIteration: z.number().describe('Blocks more per iteration.'),
  blockBytes: z.number().nullable().describe('Usable bytes of a block, where nearly all have one size.'),
  grows: z.boolean().describe('One block that is enlarged, rather than ever more blocks.'),
  ...site,
}) satisfies z.ZodType<NativeFinding>;

const objectFinding = z.object({
  kind: z.literal('objects').describe('Ruby objects that stay, or one that grows.'),
  ...placed,
  className: z.string().describe('Class of the objects.'),
  objectsPerIteration: z.number().describe('0 where one object grows.'),
  bytesPerIteration: z.number().describe('Bytes of their slots and of the malloc blocks behind them.'),
  grows: z.boolean().describe('One object that is enlarged, rather than ever more objects.'),
  path: z
    .array(
      z.object({
        label: z
          .string()
          .nullable()
          .describe('`constant CACHE`, `global variable $seen`, `@items`, a root of Ruby’s.'),
        className: z.string().nullable().describe('null for a root that is no object.'),
        retainedBytes: count
          .optional()
          .describe(
            'Bytes that could be freed with it at the last heap dump; absent where that is not known.',
          ),
      }),
    )
    .describe('Shortest path that holds them, root first; empty where it is not known.'),
  buffers: z.array(nativeFinding).describe('Where the memory behind them is allocated, largest first.'),
}) satisfies z.ZodType<ObjectFinding>;

const mappingFinding = z.object({
  kind: z.literal('mapping').describe('Address space that grows outside of malloc.'),
  what: z.string().describe('`thread stacks`, `anonymous memory`, …, or the name of a file.'),
  bytesPerIteration: z.number().describe('Resident bytes more per iteration.'),
  reservedPerIteration: z.number().describe('Bytes of address space.'),
  mappingsPerIteration: z.number().describe('Mappings more per iteration.'),
}) satisfies z.ZodType<MappingFinding>;

const comparison = z.object({ ...placed, ...site }) satisfies z.ZodType<Comparison>;

const made = z.object({
  iterations: count.describe('Iterations over which they were counted.'),
  places: z
    .array(
      z.object({
        script: rubyPlace.describe('Line of the script that leaks.'),
        className: z.string().describe('Class of the objects.'),
        objects: count.describe('New objects: those that stay, and those that were freed again.'),
      }),
    )
    .describe('Lines at which objects stay.'),
}) satisfies z.ZodType<MadeObjects>;

/** Why memory grows on a ruby, as a record holds it. */
export const explanationSchema = z.object({
  role: z
    .enum(['leak', 'comparison'])
    .describe('`comparison`: a clean ruby, for what it does at the same places.'),
  findings: z
    .array(z.discriminatedUnion('kind', [nativeFinding, objectFinding, mappingFinding]))
    .describe('What leaks, largest first.'),
  comparisons: z
    .array(comparison)
    .describe('Places of the leaking rubies’ native findings where this one allocates.'),
  made: made
    .optional()
    .describe(
      'New objects where objects stay, on the ruby that leaks and on the clean one; absent where they were not counted.',
    ),
  comparedWith: z
    .array(cellIdSchema)
    .optional()
    .describe('Cells whose leaks a comparison was observed for, and is shown beside.'),
  iterations: count.describe('Iterations over which findings were counted.'),
  measured: slopeSchema('bytes', 'slots', 'blocks')
    .nullable()
    .describe('Measured growth that the findings should add up to.'),
  accountedFor: z.number().nullable().describe('Sum of the findings over the measured slope: 0.98.'),
  oneInBlocks: z.number().positive().describe('One in so many blocks was traced.'),
  slowdown: z.number().nullable().describe('Time per iteration while tracing over that while measuring.'),
  seconds: count.describe('Seconds that its containers ran.'),
  host: hostSchema
    .nullable()
    .optional()
    .describe('Machine that it was explained on, where that is not the one that measured the cell.'),
  notes: z
    .array(z.string())
    .describe('What is missing in this ruby or image, and what could not be found and why.'),
}) satisfies z.ZodType<Explanation>;
