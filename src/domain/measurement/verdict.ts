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

/** Resident memory that is not live, in bytes: what the allocator keeps, and what was live between checkpoints. */
export interface Resident {
  /** Anonymous resident memory beyond live malloc blocks and live slots, after a trim. */
  readonly heldBytes: number;
  /** What the trim returned to the kernel at a checkpoint, at most. */
  readonly trimmedBytes: number;
  /** Malloc bytes that were live at a time beyond those at a checkpoint, at most. */
  readonly peakBytes: number;
  /** Machine code that a JIT has written. */
  readonly codeBytes: number;
  /** Slots that nothing lives in, of pages of Ruby's heap: the part of `heldBytes` that no allocator knows of. */
  readonly freeSlotBytes: number;
  /**
   * The same with other settings of the allocator, in separate containers; empty where that was not compared.
   */
  readonly compared: readonly HeldWith[];
}

/** Freed memory that stays resident under a setting of the allocator where nobody trims. */
export interface HeldWith {
  /** `arenas=default`, `arenas=2`, `allocator=jemalloc`. */
  readonly setting: string;
  /**
   * Most bytes that were held; all memory of the container where it ran out; null where nothing was measured.
   */
  readonly heldBytes: number | null;
  /** Arenas that it is in; null where the allocator has none that can be counted. */
  readonly arenas: number | null;
  readonly outOfMemory: boolean;
  /** Reason why there are no figures; null where there are some. */
  readonly unavailable: string | null;
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
      /** The evidence as text: "linear through iteration 400,000". */
      readonly evidence: string;
    }
  | {
      readonly kind: 'clean';
      readonly growth: Growth;
      readonly confidence: number;
      /** Bytes per iteration: the smallest leak this run could not have missed. */
      readonly smallestDetectable: number;
      readonly resident: Resident | null;
      /**
       * Iteration from which memory that grew before (a cache, a ring) was full; null where nothing filled
       * up.
       */
      readonly fullFrom: number | null;
      /** Evidence about live memory; the text about resident memory is made from `resident`. */
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
