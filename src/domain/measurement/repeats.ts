import type { LoopPlace } from '../loops/loop-place.ts';
import type { Host } from './outcome.ts';
import type { Slope } from './verdict.ts';

/** Result of one short container for the loop that is compared; everything per iteration of that loop. */
export interface Repeat {
  /** Iterations that it reached. */
  readonly iterations: number;
  /** Live bytes that stay; a table that grows by doubling is left out. */
  readonly bytes: Slope;
  /** What such a table gained per iteration, over as many of its steps as there were; 0 where there is none. */
  readonly tableBytes: number;
  readonly slots: Slope;
  /** Bytes of the live slots, part of `bytes`. */
  readonly slotBytes: number;
  /** Live blocks of malloc. */
  readonly blocks: number;
  readonly microseconds: number;
  /** Resident set in the second half, as it was before each trim; null where it was not read. */
  readonly residentBytes: number | null;
}

/** The containers of a cell that ran in turns with those of the cells it is compared with. */
export interface CellRepeats {
  /** The loop that they measured, as the cell's `loops` name it. */
  readonly loop: LoopPlace;
  readonly measured: readonly Repeat[];
  /** Machine of all containers of the comparison, where that is another one than this cell was measured on. */
  readonly host?: Host | null | undefined;
}

/**
 * Whether two quantities differ: `differs`: certainly; `same`: any difference is too small to matter; `open`:
 * neither is certain.
 */
export type Certainty = 'differs' | 'same' | 'open';

/** How much more the other one has than the base, with a 99 % interval. */
export interface Difference {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly certainty: Certainty;
}

/** Two cells, compared per iteration of the same loop. */
export interface CellDifference {
  /** Live bytes per iteration. */
  readonly bytes: Difference;
  /** Live slots per iteration. */
  readonly slots: Difference;
  /** Time of an iteration, as a share of the base's: 0.15 is 15 % longer. */
  readonly time: Difference;
  /** Resident memory in the second half of `iterations`, in bytes; null where it was not read in the same one. */
  readonly resident: Difference | null;
  readonly iterations: number;
}
