import { z } from 'zod';

/**
 * The supervisor's frames: one JSON object per line, distinguished by `t`. images/supervisor is the other end. Text
 * that comes from the script arrives as base64 (its bytes need not be UTF-8).
 */
/** More loops than are counted in any script. */
const MOST_LOOPS = 256;
const count = z.number().int().nonnegative();
const integer = z.number().int();

const frames = z.discriminatedUnion('t', [
  z.object({
    t: z.literal('hello'),
    os: z.string(),
    libc: z.string(),
    arch: z.string(),
    workdir: z.string(),
    runtime: z.string().optional(),
  }),
  z.object({ t: z.literal('ruby'), description64: z.string() }),
  z.object({ t: z.literal('attached'), counted: z.boolean(), allocator: z.string(), overhead: count }),
  z.object({
    t: z.literal('sample'),
    n: count,
    stretch: integer,
    loops: z.array(z.tuple([count, count])).max(MOST_LOOPS),
    outer: z.boolean(),
    loopNs: count,
    slots: integer,
    slotBytes: integer,
    heapPages: count.optional(),
    memsize: integer.optional(),
    ms: count,
    bytes: integer,
    blocks: integer,
    pageBytes: integer,
    largeBytes: integer.optional(),
    largeBlocks: integer.optional(),
    waited: count.optional(),
    allocated: count.optional(),
    byThreads: count.optional(),
    markBytes: integer.optional(),
    peak: count.optional(),
    untrimmed: count.optional(),
    uncounted: integer.optional(),
    heap: count.optional(),
    rss: count.optional(),
    anon: count.optional(),
    code: count.optional(),
    arenas: count.optional(),
    arenaBytes: count.optional(),
    pss: count.optional(),
  }),
  z.object({ t: z.literal('sizes'), n: count, live: z.array(z.tuple([count, count])) }),
  z.object({ t: z.literal('report'), data: z.string() }),
  z.object({
    t: z.literal('maps'),
    n: count,
    maps: z.array(z.tuple([count, count, z.string(), z.string()])),
  }),
  z.object({ t: z.literal('out'), fd: z.number(), data: z.string() }),
  z.object({ t: z.literal('stretch'), about: z.string() }),
  z.object({ t: z.literal('left'), about: z.string() }),
  z.object({ t: z.literal('slept'), about: z.string() }),
  z.object({ t: z.literal('finished'), about: z.string() }),
  z.object({ t: z.literal('past'), about64: z.string() }),
  z.object({ t: z.literal('error'), about64: z.string() }),
  z.object({ t: z.literal('foreign'), line: z.string() }),
  z.object({ t: z.literal('refused') }),
  z.object({ t: z.literal('failed'), message: z.string() }),
  z.object({
    t: z.literal('exit'),
    reason: z.enum(['exited', 'budget', 'start-timeout']),
    code: z.number(),
    signal: z.number(),
    oom: z.boolean(),
    dropped: count,
  }),
]);

export type Frame = z.infer<typeof frames>;

/**
 * Reads one line of the supervisor; null for anything that is not one of its frames.
 *
 * @example
 * parseFrame('{"t":"ruby","description64":"cnVieSAzLjQuMTA="}'); // { t: 'ruby', description64: 'cnVieSAzLjQuMTA=' }
 * parseFrame('{"t":"out","fd":1,"data":"aGVsbG8K"}'); // what the script printed, in base64
 * parseFrame('hello'); // null
 */
export function parseFrame(line: string): Frame | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const parsed = frames.safeParse(value);
  return parsed.success ? parsed.data : null;
}
