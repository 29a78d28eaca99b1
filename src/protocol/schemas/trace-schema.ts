import { z } from 'zod';
import type { BlockHistogram, Sample } from '../../domain/measurement/sample.ts';
import { cellIdSchema } from './cell-name-schema.ts';

const bytes = z.number().nullable();
/** Missing in traces of earlier releases. */
const later = bytes.default(null);

const sample = z.object({
  iterations: z.number().describe('Iterations of the judged loop since its stretch began. Self-reported.'),
  stretch: z
    .number()
    .default(0)
    .describe('Number of the stretch: the loop, in one context, that was judged then.'),
  loops: z
    .array(z.tuple([z.number(), z.number()]))
    .default([])
    .describe('Iterations of each loop so far: its position in the script, its count. Self-reported.'),
  boundary: z
    .enum(['outer', 'inner'])
    .describe('Whether the checkpoint fell between outermost iterations or inside of one.'),
  afterMs: z.number().describe('Milliseconds since the first checkpoint. Observed.'),
  loopMs: z.number().describe('Milliseconds in the loop, checkpoints left out. Self-reported.'),
  waitedMs: later.describe('Milliseconds that the main thread waited for a processor. Observed.'),
  liveSlots: z.number().describe('Live slots of Ruby’s heap. Self-reported.'),
  slotBytes: z.number().describe('Their bytes. Self-reported.'),
  heapPageBytes: later.describe('Bytes of the pages that hold the slots, live or not. Self-reported.'),
  mallocBytes: z.number().describe('Bytes of live malloc blocks, pages of Ruby’s heap left out. Observed.'),
  mallocBlocks: z.number().describe('How many blocks those are. Observed.'),
  pageBytes: z.number().describe('Bytes of live blocks that are pages of Ruby’s heap. Observed.'),
  largeBytes: later.describe('Bytes of live blocks of 32 KiB and more, part of `mallocBytes`. Observed.'),
  largeBlocks: later.describe('How many blocks those are. Observed.'),
  allocatedBytes: later.describe('Malloc bytes that were ever allocated. Observed.'),
  blocksByThreads: later.describe(
    'Blocks that threads other than the main one have ever allocated. Observed.',
  ),
  markBytes: later.describe('Bytes of blocks as large as a chunk of the collector’s mark stack. Observed.'),
  peakBytes: later.describe(
    'Most bytes alive since the checkpoint before, beyond those alive now. Observed.',
  ),
  untrimmedBytes: later.describe('Resident set before malloc_trim. Observed.'),
  uncountedBytes: later.describe(
    'Bytes that glibc has in use beyond the counted blocks; null where it does not tell. Observed.',
  ),
  heapBytes: bytes.describe('Resident bytes of `[heap]`; null where smaps was not read. Observed.'),
  rssBytes: bytes.describe('Resident set. Observed.'),
  anonBytes: bytes.describe('Anonymous resident bytes, after malloc_trim, without `codeBytes`. Observed.'),
  codeBytes: later.describe('Resident bytes of machine code that a JIT has written. Observed.'),
  arenas: later.describe('Arenas that glibc’s malloc made besides the one in `[heap]`. Observed.'),
  arenaBytes: later.describe('Resident bytes of those arenas. Observed.'),
  pssBytes: bytes.describe('Proportional set. Observed.'),
  memsizeBytes: bytes.describe('`ObjectSpace.memsize_of_all`, in confirming containers only. Self-reported.'),
}) satisfies z.ZodType<Sample>;

const histogram = z.object({
  iterations: z.number().describe('Iterations so far.'),
  sizes: z
    .array(z.tuple([z.number(), z.number()]))
    .describe('Usable bytes of a block, live blocks of that size.'),
}) satisfies z.ZodType<BlockHistogram>;

/** Samples of one pass, as they are stored and as the service sends them. */
export const storedTraceSchema = z.object({
  // Missing in traces of releases in which a cell was only a ruby.
  cell: cellIdSchema.optional().describe('Id of the cell.'),
  ruby: z.string().describe('Name of its ruby.'),
  pass: z
    .enum(['measure', 'confirm', 'script'])
    .describe(
      '`confirm`: the second container, which confirms a leak. `script`: the first one with all loops, where there are several.',
    ),
  samples: z.array(sample).describe('One for each checkpoint.'),
  histograms: z.array(histogram).describe('Live blocks by size.'),
  bands: z
    .array(
      z.object({
        stretch: z.number().describe('Number of its stretch.'),
        line: z.number().describe('Line of the loop.'),
        context: z.string().nullable().describe('Method, test or round that it ran in.'),
      }),
    )
    .optional()
    .describe('The loops of `script`, in the order in which they ran.'),
});
