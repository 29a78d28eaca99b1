import type { CellRunner, MeasuredCell } from '../cell-runner.ts';
import type { ScheduledRun, Work } from './scheduled-run.ts';

/** The state of the engine, whose connection may come and go. */
export interface EngineState {
  readonly isUp: boolean;
  /** Checks now; true when the engine answers. Never rejects. */
  check(): Promise<boolean>;
  /** Removes what an engine that was lost has left behind. Never rejects. */
  cleanUp(): Promise<void>;
  /** Calls the listener when the engine connects (true) or disconnects (false). */
  onChange(listener: (up: boolean) => void): void;
}

/** Stores results. */
export interface Keeper {
  /** Stores a part of a run; false when the run was stopped before that was possible. */
  store(run: ScheduledRun, work: () => Promise<void>): Promise<boolean>;
  /** Called with the result of a cell, once it is stored. */
  measured(run: ScheduledRun, measured: MeasuredCell): void;
  /** Called with an unexpected error. Returns true when the run continues without this piece of work. */
  survives(run: ScheduledRun, work: Work, error: unknown): boolean;
  /** Called when no work of the run is left. Never rejects. */
  finish(run: ScheduledRun): Promise<void>;
}

export interface SchedulerParts {
  /** Cells that run side by side. */
  readonly jobs: number;
  /**
   * Turns that begin in addition for each client that waits: a runner that hands work out chooses among what it has,
   * and finds that of a client who came late. None, when not given.
   */
  readonly turnsPerClient?: number;
  /**
   * Whether a run's last cell that waits begins beside the others: alone in the end, it would leave the other processors
   * with nothing to do. Not, when not given.
   */
  readonly lastBeside?: boolean;
  /** A cell is abandoned when it could not be measured this often. */
  readonly mostTries: number;
  readonly runner: CellRunner;
  readonly engine: EngineState;
  readonly keeper: Keeper;
}
