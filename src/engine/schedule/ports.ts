import type { CellRunner, MeasuredCell } from '../cell-runner.ts';
import type { ScheduledRun, Work } from './scheduled-run.ts';

/** What cells are measured with, as far as it may come and go. */
export interface EngineState {
  readonly isUp: boolean;
  /** Looks now; true when the engine answers. Never rejects. */
  check(): Promise<boolean>;
  /** Removes what an engine that was lost has left behind. Never rejects. */
  cleanUp(): Promise<void>;
  /** Tells whenever the engine came (true) or went (false). */
  onChange(listener: (up: boolean) => void): void;
}

/** Where results go. */
export interface Keeper {
  /** Stores something of a run. False when the run was stopped before that could be done. */
  store(run: ScheduledRun, work: () => Promise<void>): Promise<boolean>;
  /** Told of what came of a cell, once it is stored. */
  measured(run: ScheduledRun, measured: MeasuredCell): void;
  /** Told of an error that is nobody's outcome. True when the run continues without this piece of work. */
  survives(run: ScheduledRun, work: Work, error: unknown): boolean;
  /** Nothing of the run is left to be done. Never rejects. */
  finish(run: ScheduledRun): Promise<void>;
}

export interface SchedulerParts {
  /** Cells that run side by side. */
  readonly jobs: number;
  /** A cell is abandoned when it could not be measured this often. */
  readonly mostTries: number;
  readonly runner: CellRunner;
  readonly engine: EngineState;
  readonly keeper: Keeper;
}
