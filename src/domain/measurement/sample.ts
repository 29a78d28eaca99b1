import type { CellId } from '../cell/cell-id.ts';

/** Where in the script's loop a checkpoint fell: between outermost iterations, or inside a long one. */
export type Boundary = 'outer' | 'inner';

/** What was read at one checkpoint, after a full GC, while the script waited. */
export interface Sample {
  /** Iterations of the judged loop inside of this stretch that has run most, since the stretch began. Self-reported. */
  readonly iterations: number;
  /** Number of the stretch: the loop, in one context, that was judged then. 0 in traces of releases that judged one. */
  readonly stretch: number;
  /** Iterations of each loop of the script so far: `[position in the script's list of loops, count]`. Self-reported. */
  readonly loops: readonly (readonly [number, number])[];
  readonly boundary: Boundary;
  /** Milliseconds since the first checkpoint, by the supervisor's clock. Observed. */
  readonly afterMs: number;
  /** Milliseconds spent in the loop, checkpoints left out. Self-reported. */
  readonly loopMs: number;
  /**
   * Milliseconds since the first checkpoint that the main thread waited for a processor; null where it was not read.
   * Observed.
   */
  readonly waitedMs: number | null;
  /** `GC.stat(:heap_live_slots)`. Self-reported. */
  readonly liveSlots: number;
  /** Bytes of the live slots (slots × slot size, per size pool where Ruby tells). Self-reported. */
  readonly slotBytes: number;
  /** Bytes of the pages that slots are in, live or not; null where Ruby does not tell. Self-reported. */
  readonly heapPageBytes: number | null;
  /** Bytes in use by live malloc blocks, allocator overhead included, Ruby's heap pages left out. Observed. */
  readonly mallocBytes: number;
  /** Live malloc blocks, Ruby's heap pages left out. Observed. */
  readonly mallocBlocks: number;
  /** Bytes of live blocks that are pages of Ruby's own heap (their slots are counted in slotBytes). Observed. */
  readonly pageBytes: number;
  /** Bytes of live blocks of 32 KiB and more (tables, buffers), part of mallocBytes; null in older traces. Observed. */
  readonly largeBytes: number | null;
  /** How many they are, part of mallocBlocks. Observed. */
  readonly largeBlocks: number | null;
  /** Malloc bytes handed out since the process began, returned or not. Observed. */
  readonly allocatedBytes: number | null;
  /** Blocks that other threads than the main one were handed out since the process began. Observed. */
  readonly blocksByThreads: number | null;
  /** Bytes of live blocks as large as a chunk of the collector's mark stack, part of mallocBytes. Observed. */
  readonly markBytes: number | null;
  /** Malloc bytes that were alive at most since the checkpoint before, beyond those alive now. Observed. */
  readonly peakBytes: number | null;
  /** Resident set before malloc_trim, where this checkpoint read it, bytes. Observed. */
  readonly untrimmedBytes: number | null;
  /**
   * Bytes that glibc has in use, after malloc_trim, beyond the blocks that were counted: its caches of freed blocks, and
   * memory taken around the counters. Null where it does not tell. Observed.
   */
  readonly uncountedBytes: number | null;
  /** Resident bytes of `[heap]`, from smaps; null where this checkpoint did not read smaps. Observed. */
  readonly heapBytes: number | null;
  /** Resident set, bytes. Observed. */
  readonly rssBytes: number | null;
  /** Anonymous resident bytes (no file pages), after malloc_trim. Observed. */
  readonly anonBytes: number | null;
  /** Machine code that a JIT has written, resident bytes; not part of anonBytes. 0 where none is on. Observed. */
  readonly codeBytes: number | null;
  /** Arenas that glibc's malloc made besides the one in `[heap]`. Observed. */
  readonly arenas: number | null;
  /** Resident bytes of those arenas. Observed. */
  readonly arenaBytes: number | null;
  /** Proportional set, bytes. Observed. */
  readonly pssBytes: number | null;
  /** `ObjectSpace.memsize_of_all`, in confirming runs only. Self-reported. */
  readonly memsizeBytes: number | null;
}

/** Live blocks by usable size, at one checkpoint: `[usable bytes, live blocks]`, blocks above 1 KiB by size class. */
export interface BlockHistogram {
  readonly iterations: number;
  readonly sizes: readonly (readonly [number, number])[];
}

/** One loop as the first container came to it, in one context. */
export interface LoopBand {
  /** Number of its stretch, which its samples have. */
  readonly stretch: number;
  readonly line: number;
  /** Its method or test, or the round of a table; null where there is nothing to distinguish. */
  readonly context: string | null;
}

/**
 * Samples of one container of a cell: `measure`, or `confirm` for the run that confirms a leak; `script` for the first
 * container, with all loops that it came to, where there are several.
 */
export interface StoredTrace {
  readonly cell: CellId;
  readonly ruby: string;
  readonly pass: 'measure' | 'confirm' | 'script';
  readonly samples: readonly Sample[];
  readonly histograms: readonly BlockHistogram[];
  /** The loops of `script`, in the order in which they ran. */
  readonly bands?: readonly LoopBand[] | undefined;
}

/** Bytes that are alive at a checkpoint: malloc blocks and slots of Ruby's heap. */
export const liveBytes = ({ mallocBytes, slotBytes }: Pick<Sample, 'mallocBytes' | 'slotBytes'>): number =>
  mallocBytes + slotBytes;
