import type { CellCode } from './cell-codes.ts';

/** A slope per innermost iteration with its two-sided interval. */
export interface Slope {
  readonly perIteration: number;
  readonly low: number;
  readonly high: number;
  readonly unit: 'bytes' | 'slots' | 'blocks';
}

/**
 * Slopes of every series. `malloc` is live bytes: malloc blocks (allocator overhead included) plus live slots
 * at their slot size, Ruby's heap pages left out, so that a staircase of pages does not blur it.
 */
export interface Growth {
  readonly malloc: Slope;
  readonly blocks: Slope;
  readonly liveSlots: Slope;
  readonly heap: Slope | null;
  readonly rss: Slope | null;
  readonly pss: Slope | null;
}

/** Resident memory that holds nothing live, in bytes: what the allocator keeps, and what was live in between. */
export interface Resident {
  /** Anonymous resident memory beyond live malloc blocks and live slots, after a trim. */
  readonly heldBytes: number;
  /** What the trim gave back to the kernel at a checkpoint, at most. */
  readonly trimmedBytes: number;
  /** Malloc bytes that were live at a time beyond those at a checkpoint, at most. */
  readonly peakBytes: number;
  /** Machine code that a JIT has written. */
  readonly codeBytes: number;
  /** Where several threads allocate: what the arenas make of it. null where that was not compared. */
  readonly arenas: ArenaComparison | null;
}

/**
 * Freed memory that was resident at most, in bytes, in two containers that trim once a second: with one arena, as all
 * others have it, and with as many as the allocator makes of its own accord.
 */
export interface ArenaComparison {
  readonly oneBytes: number;
  readonly manyBytes: number;
  /** With many the container ran out of memory: `manyBytes` is all that it was allowed. */
  readonly manyOutOfMemory: boolean;
}

export type Cause = 'native' | 'objects' | 'outside-malloc';

/** Why there is no verdict. */
export type OpenCode = Extract<
  CellCode,
  'too-few-iterations' | 'budget-ended' | 'script-ended' | 'memory-ended' | 'containers-disagree'
>;

export type Verdict =
  | {
      readonly kind: 'leak';
      readonly cause: Cause;
      /** A line; the steps of one buffer that doubles; growth that becomes ever slower, without an end. */
      readonly shape: 'linear' | 'steps' | 'slowing';
      readonly growth: Growth;
      readonly confidence: number;
      readonly smallestDetectable: number;
      /** null where it was not read. */
      readonly resident: Resident | null;
      /** What was shown, in words: "linear through iteration 400,000". */
      readonly evidence: string;
    }
  | {
      readonly kind: 'clean';
      readonly growth: Growth;
      readonly confidence: number;
      /** Bytes per iteration: the smallest leak this run could not have missed. */
      readonly smallestDetectable: number;
      readonly resident: Resident | null;
      /** The iteration from which on memory was full that grew before (a cache, a ring); null where none did. */
      readonly fullFrom: number | null;
      readonly evidence: string;
    }
  | {
      readonly kind: 'inconclusive';
      readonly code: OpenCode;
      /** Why, and what to do about it. */
      readonly reason: string;
      readonly growth: Growth | null;
      readonly smallestDetectable: number | null;
    };
