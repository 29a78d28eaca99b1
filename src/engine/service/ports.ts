import type { CellId } from '../../domain/cell/cell-id.ts';
import type { CellRecord } from '../../domain/run/record.ts';
import type { Matrix, Ruby } from '../../domain/ruby/ruby.ts';
import type { StoredTrace } from '../../domain/measurement/sample.ts';
import type { ReadLeak } from '../explain/leak-readers.ts';
import type { PrepareScript } from '../plan/prepare-here.ts';
import type { AskedSearch, Clock, Containers, DescribeResult, SearchedRubies, Store } from '../ports.ts';
import type { RubyPresence } from '../ruby-presence.ts';
import type { Ticket } from './ticket.ts';

/** A connected engine, as far as the service needs it. */
export interface ServiceEngine {
  readonly containers: Containers;
  /** Rejects when the engine does not answer in time. */
  ping(): Promise<void>;
  /** Removes what dead processes of this program left behind, and what this one lost while the engine was away. */
  sweep(): Promise<void>;
  inventory(rubies: readonly Ruby[]): Promise<readonly RubyPresence[]>;
  /** Returns the rubies of a run that names none, and what there is to say about the choice. */
  defaultRubies(): Promise<{ readonly rubies: readonly Ruby[]; readonly notes: readonly string[] }>;
  /** The rubies of a search: those that were named, else every release. */
  searchedRubies(asked: AskedSearch): Promise<SearchedRubies>;
}

/** The runs of a folder, with what the service needs after a restart. */
export interface ServiceStore extends Store {
  /** Ids of all runs, newest first. */
  runIds(): Promise<readonly string[]>;
  saveTicket(runId: string, ticket: Ticket): Promise<void>;
  /** Null where there is none: the run was not made by the service. */
  loadTicket(runId: string): Promise<Ticket | null>;
  /** Samples of one cell. */
  loadTracesOf(runId: string, cell: CellId): Promise<readonly StoredTrace[]>;
  removeRun(runId: string): Promise<void>;
  bytesOf(runId: string): Promise<number>;
  freeBytes(): Promise<number>;
}

/** The service's log. It contains no script text. */
export interface ServiceLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Counts events for the metrics. */
export interface ServiceObserver {
  cellDone(cell: CellRecord): void;
  stageDone(stage: 'preparing' | 'measuring' | 'comparing' | 'explaining', seconds: number): void;
}

/** Knows which containers are in use. */
export interface InUse {
  /** Whether the container of a run and cell is one that is measured now. */
  isMeasuring(runId: string, cell: CellId): boolean;
}

export interface ServiceParts {
  /**
   * Connects to the engine.
   * @throws {EngineError} when no engine answers
   */
  connect(inUse: InUse): Promise<ServiceEngine>;
  readonly store: ServiceStore;
  readonly clock: Clock;
  readonly prepare: PrepareScript;
  /** Reads reports on leaks, on another thread, since that may take long. */
  readonly readLeak?: ReadLeak;
  readonly matrix: Matrix;
  readonly describeResult: DescribeResult;
  /** Changes when the parts that measure or judge change; part of what makes an answer the same. */
  readonly measuringVersion: string;
  readonly log: ServiceLog;
  readonly observer: ServiceObserver;
}

export interface ServiceLimits {
  /** Cells that run side by side. */
  readonly jobs: number;
  /** Runs that may wait. One client may hold half of them. */
  readonly waitingRuns: number;
  readonly keepDays: number;
  readonly keepBytes: number;
  /** New runs are refused below this. */
  readonly minimumFreeBytes: number;
}
