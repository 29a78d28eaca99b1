import type { VerdictKind } from '../../../domain/run/record.ts';
import type { RunSummary } from './run-summary.ts';

/** Result of a cell, as runs are searched by: its verdict, or that it has none though it is done. */
export type FoundVerdict = VerdictKind | 'unmeasured';

/** Characters from which on a text is looked for in scripts: an index of trigrams knows no shorter ones. */
export const FEWEST_IN_SCRIPTS = 3;

/** Which runs are wanted; null and empty lists leave something open. */
export interface RunQuery {
  /**
   * Texts that each have to be in the script, its name, the sentence or the id. Texts under three characters are only
   * looked for in names and sentences.
   */
  readonly texts: readonly string[];
  /** Verdict, rubies and settings have to be those of one and the same cell. */
  readonly verdict: FoundVerdict | null;
  /** Names of rubies, one of which the cell has. */
  readonly rubies: readonly string[] | null;
  /** Settings that the cell has, as ids of cells name them: `yjit`, `arenas=2`. */
  readonly settings: readonly string[];
  readonly isFinished: boolean | null;
  /** Timestamps between which a run was requested: from the first, to before the second. */
  readonly from: string | null;
  readonly before: string | null;
  /** Name of the token that requested it. */
  readonly owner: string | null;
  /** Position of the last run of the page before. */
  readonly after: RunPosition | null;
  readonly limit: number;
}

/** Place of a run in the list. It sorts as the list does, so a run that is removed meanwhile leaves no gap. */
export interface RunPosition {
  readonly createdAt: string;
  readonly id: string;
}

/** One page of the runs that were found, newest first. */
export interface FoundRuns {
  readonly runs: readonly RunSummary[];
  /** Whether older ones follow. */
  readonly hasMore: boolean;
  /** How many there are on all pages; `LARGEST_TOTAL` where there are at least as many. */
  readonly total: number;
}

/** Number up to which found runs are counted. */
export const LARGEST_TOTAL = 1000;

/** The query that finds every run. */
export const EVERY_RUN: Omit<RunQuery, 'limit'> = {
  texts: [],
  verdict: null,
  rubies: null,
  settings: [],
  isFinished: null,
  from: null,
  before: null,
  owner: null,
  after: null,
};
