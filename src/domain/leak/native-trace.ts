import type { CountedObjects } from './counted-objects.ts';
import type { NativeFrame, RubyPlace } from './explanation.ts';

/** Counters of a site as they stood at a mark. Where only some blocks are followed, each counts for several. */
export interface SiteCounters {
  readonly allocations: number;
  readonly frees: number;
  readonly blocks: number;
  /** Bytes of the live blocks, the allocator's own word included. */
  readonly bytes: number;
}

/** One C stack with one place in the Ruby code, as the tracer followed it from mark to mark. */
export interface TracedSite {
  readonly marks: readonly SiteCounters[];
  /** Usable bytes of its last block. */
  readonly blockBytes: number;
  /** Blocks that had another size than the one before; the first counts. */
  readonly varied: number;
  /** The script's line, with the method that it had called. */
  readonly script: RubyPlace | null;
  readonly innermost: RubyPlace | null;
  /** Innermost first. */
  readonly stack: readonly NativeFrame[];
}

/** What one native pass found. */
export interface NativeTrace {
  /** Iterations at each of the marks, ascending. */
  readonly iterations: readonly number[];
  readonly oneInBlocks: number;
  readonly sites: readonly TracedSite[];
  /** New objects of every class that has a name; null where not all of them were counted. */
  readonly objects: readonly CountedObjects[] | null;
  /** What this ruby lacks. */
  readonly notes: readonly string[];
  /** False where the report was interrupted. */
  readonly complete: boolean;
}
