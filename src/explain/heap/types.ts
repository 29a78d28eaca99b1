import type { CountedObjects } from '../../domain/leak/counted-objects.ts';
import type { ObjectFinding } from '../../domain/leak/explanation.ts';

/** What the heap dumps show of one kind of object that stays. `bytesPerIteration` counts slots only. */
export interface HeapFinding extends ObjectFinding {
  /** Bytes per iteration with what the objects own outside of their slots, as Ruby's memsize counts it. */
  readonly memsizePerIteration: number;
}

/** What grew between three heap dumps of one process. */
export interface HeapGrowth {
  /** Largest memsize first; what makes up less than a hundredth of the sum is left out. */
  readonly findings: readonly HeapFinding[];
  /** Iterations between the first dump and the last. */
  readonly iterations: number;
  /** New objects of every class that has a name; null where not all of them were counted. */
  readonly objects: readonly CountedObjects[] | null;
  /** What this ruby lacks, what could not be used and why, as text. */
  readonly notes: readonly string[];
}

/** Analyses the stream of the objects pass, in chunks of any size. */
export interface HeapAnalysis {
  push(chunk: Uint8Array): void;
  /**
   * Returns the result. Call it once, at the end of the stream. Never throws: the notes say what could not be
   * used.
   */
  result(): HeapGrowth;
}
