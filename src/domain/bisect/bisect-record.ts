import type { CellId } from '../cell/cell-id.ts';
import type { Commit, CommitSearch } from './commits/commit-search.ts';
import type { Cause } from '../measurement/verdict.ts';

/** The cells and versions that a search covers. */
export interface SearchPlan {
  /** The gem whose versions are searched; null: releases of Ruby are. */
  readonly gem: string | null;
  /** Every cell that it may measure, oldest first. */
  readonly candidates: readonly CellId[];
  /** Those among them that cannot be measured here: no image, and none can be made. */
  readonly unavailable: readonly CellId[];
  /** The commits that are searched: of the gem, or of Ruby; null: releases are. */
  readonly commits: CommitSearch | null;
}

/** One leak of a search; cause, rate and blocks distinguish it from others. */
export interface FoundLeak {
  readonly cause: Cause | null;
  /** Means over the cells; null where there is no constant rate. */
  readonly bytesPerIteration: number | null;
  readonly slotsPerIteration: number | null;
  /** Cells that were measured and have it. */
  readonly cells: readonly CellId[];
  /** Series that end with it though it was fixed in others. */
  readonly neverFixedIn: readonly string[];
  /** Series that have it as far as is known; their last releases are unknown. */
  readonly notKnownIn: readonly string[];
}

/**
 * A point where a leak appeared, was fixed, or became another one: between `from` and `to`. One of the pairs
 * `lastWithout`, `firstWith` and `lastWith`, `firstWithout` is there; both where one leak takes the place of another.
 */
export interface Transition {
  readonly kind: 'introduced' | 'fixed' | 'changed';
  /** The series in which it shows: `2.4`; the gem's name where that is searched; of commits, the end it is on the way to. */
  readonly series: string;
  readonly from: CellId;
  readonly to: CellId;
  /** Place among the leaks: of the one that comes, or of the one that goes where none comes. */
  readonly leak: number;
  /** Of the one that goes while another comes; null elsewhere. */
  readonly instead: number | null;
  readonly lastWithout: CellId | null;
  readonly firstWith: CellId | null;
  readonly lastWith: CellId | null;
  readonly firstWithout: CellId | null;
  /** Cells in between that gave no answer, so that it may have been in any of them. */
  readonly unknown: readonly CellId[];
  /** Of a search among commits: the one that did it; several where those in between gave no answer. Else empty. */
  readonly commits: readonly Commit[];
}

/** A cell of a search. */
export interface SearchedCell {
  readonly cell: CellId;
  /** `fails`: the script does not run there. null: not known. */
  readonly state: 'leak' | 'clean' | 'fails' | null;
  /** Index of its leak; null where there is none. */
  readonly leak: number | null;
  /** Whether it was measured; else its state follows from others. */
  readonly isMeasured: boolean;
}

/** What a search has found among cells that are alike in all else, of one loop. */
export interface BisectFinding {
  /**
   * Text for what these cells have in common: `+yjit`, or the ruby whose gem is searched; empty where there
   * is nothing to say.
   */
  readonly track: string;
  /** The loop, where the script has several. */
  readonly loop: { readonly line: number; readonly context: string | null } | null;
  readonly leaks: readonly FoundLeak[];
  readonly transitions: readonly Transition[];
  /** Every cell; of a search among commits those that were measured. */
  readonly cells: readonly SearchedCell[];
}

/** An interval that is not settled yet. */
export interface OpenInterval {
  readonly from: CellId;
  readonly to: CellId;
  /** Number of cells in it that may still be measured. */
  readonly cells: number;
}

/** A search, and what it has found so far. */
export interface BisectRecord extends SearchPlan {
  readonly findings: readonly BisectFinding[];
  readonly open: readonly OpenInterval[];
}
