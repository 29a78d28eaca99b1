import { z } from 'zod';

/** The tracer's report: JSON lines, distinguished by `matrix`. images/tracer/report.c is the other end. */
const whole = z.number().int();
const text = z.string().nullable();

const place = z.object({ at: whole, file: text, method: text });

const lines = z.discriminatedUnion('matrix', [
  z.object({ matrix: z.literal('trace'), iterations: z.array(whole), oneInBlocks: whole }),
  z.object({
    matrix: z.literal('site'),
    /** Bytes of its last block, the allocator's own word included. */
    size: whole,
    /** Blocks that had another size than the one before. */
    varied: whole,
    /** At each mark: allocations, frees, live blocks, live bytes. */
    marks: z.array(z.tuple([whole, whole, whole, whole])),
    ruby: z.array(place),
    script: place.optional(),
    called: text,
    receiver: z.string().optional(),
    ofClass: z.boolean().optional(),
    stack: z.array(z.object({ offset: z.number(), function: text, library: text, path: text })),
  }),
  z.object({
    matrix: z.literal('lines'),
    path: z.string(),
    offset: z.number(),
    frames: z.array(z.object({ at: whole, function: text, file: text })),
  }),
  z.object({ matrix: z.literal('module'), address: z.string(), name: z.string() }),
  z.object({
    matrix: z.literal('place'),
    /** Where objects were made, and the line of the script that led there. */
    file: z.string(),
    script: whole,
    /** New objects from the first mark to the last. */
    made: whole.nonnegative(),
    /** Address of their class; absent for objects of Ruby's own. */
    class: z.string().optional(),
  }),
  z.object({ matrix: z.literal('counted'), lost: whole }),
  z.object({ matrix: z.literal('own'), folder: z.string() }),
  z.object({ matrix: z.literal('lacks'), text: z.string() }),
  z.object({ matrix: z.literal('end') }),
]);

export type TracerLine = z.infer<typeof lines>;
export type SiteLine = Extract<TracerLine, { matrix: 'site' }>;

/**
 * Reads one line of the report; null for anything that is none.
 *
 * @example
 * parseTracerLine('{"matrix":"trace","iterations":[1000,2000,4000],"oneInBlocks":1}'); // the head: the marks
 * parseTracerLine('{"matrix":"module","address":"0x7f2a","name":"TracePoint"}'); // a class that a site names
 */
export function parseTracerLine(line: string): TracerLine | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  const parsed = lines.safeParse(value);
  return parsed.success ? parsed.data : null;
}
