import type { NativeTrace } from '../../domain/leak/native-trace.ts';
import { WORK_DIRECTORY } from '../../domain/loops/work-directory.ts';
import { createHeapAnalysis } from '../../explain/heap/create-heap-analysis.ts';
import type { HeapGrowth } from '../../explain/heap/types.ts';
import { TraceReader } from '../../protocol/trace-reader.ts';

/** What to read: plain data, so that it may be read on another thread. */
export type LeakReading =
  | { readonly kind: 'native' }
  | {
      readonly kind: 'objects';
      /** Id of the cell. */
      readonly cell: string;
      readonly scriptName: string;
      /** Memory of the container, which bounds the number of objects. */
      readonly memoryMiB: number;
    };

/** What each kind of reading finds. */
export interface LeakResults {
  readonly native: NativeTrace;
  readonly objects: HeapGrowth;
}

/** Reads a container's report on a leak, piece by piece. */
export interface LeakReader<Result> {
  /**
   * Passes a chunk to the reader, which owns the bytes from then on. Returns a promise where the writer has
   * to wait because too much is unread.
   */
  push(chunk: Uint8Array): Promise<void> | void;
  /**
   * Ends the report and returns the findings. Call it once.
   * @param overhead bytes that the allocator adds to a block
   */
  result(overhead: number): Promise<Result>;
  /** Stops reading: the result is not needed. */
  leave(): void;
}

/** Begins to read, on this or another thread. */
export type ReadLeak = <Kind extends LeakReading['kind']>(
  reading: Extract<LeakReading, { kind: Kind }>,
) => LeakReader<LeakResults[Kind]>;

/** Reads on the calling thread, for programs that have nothing else to do meanwhile. */
export const readHere: ReadLeak = (reading) => readerOf(reading) as LeakReader<never>;

const LEAST_SLOT_BYTES = 32;

const leave = (): void => undefined;

function readerOf(reading: LeakReading): LeakReader<NativeTrace | HeapGrowth> {
  if (reading.kind === 'native') {
    const reader = new TraceReader(WORK_DIRECTORY);
    return {
      push: (chunk) => reader.push(chunk),
      result: async (overhead) => reader.result(overhead),
      leave,
    };
  }
  const mostSlots = Math.ceil((reading.memoryMiB * 2 ** 20) / LEAST_SLOT_BYTES);
  const analysis = createHeapAnalysis(reading.scriptName, mostSlots);
  return { push: (chunk) => analysis.push(chunk), result: async () => analysis.result(), leave };
}
