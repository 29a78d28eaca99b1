import type { CellId } from '../../domain/cell/cell-id.ts';
import type { CellRecord } from '../../domain/run/record.ts';
import type { Matrix, Ruby } from '../../domain/ruby/ruby.ts';
import type { StoredTrace } from '../../domain/measurement/sample.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { ReadLeak } from '../explain/leak-readers.ts';
import type { PrepareScript } from '../plan/prepare-here.ts';
import type { AskedSearch, Clock, Containers, DescribeResult, SearchedRubies, Store } from '../ports.ts';
import type { RubyPresence } from '../ruby-presence.ts';
import type { RunIndex } from './archive/run-index.ts';
import type { Ticket } from './ticket.ts';

/** A connected engine that is checked again and again. */
export interface WatchedEngine {
  readonly containers: Containers;
  /** Checks that the engine answers; rejects when it does not in time. */
  ping(): Promise<void>;
  /** Removes what dead processes of this program left behind, and what this one lost while the engine was away. */
  sweep(): Promise<void>;
}

/** An engine with what a service asks about it before a run. */
export interface ServiceEngine extends WatchedEngine {
  inventory(rubies: readonly Ruby[]): Promise<readonly RubyPresence[]>;
  /** Chooses the rubies of a run that names none, with notes on the choice. */
  defaultRubies(): Promise<{ readonly rubies: readonly Ruby[]; readonly notes: readonly string[] }>;
  /** Chooses the rubies of a search: those that were named, else every release. */
  searchedRubies(asked: AskedSearch): Promise<SearchedRubies>;
}

/** The runs of a folder, with what the service needs after a restart. */
export interface ServiceStore extends Store {
  /** Lists the ids of all runs, newest first. */
  runIds(): Promise<readonly string[]>;
  saveTicket(runId: string, ticket: Ticket): Promise<void>;
  /** Loads the ticket of a run; null for a run that the service did not make. */
  loadTicket(runId: string): Promise<Ticket | null>;
  /** Loads the samples of one cell. */
  loadTracesOf(runId: string, cell: CellId): Promise<readonly StoredTrace[]>;
  removeRun(runId: string): Promise<void>;
  bytesOf(runId: string): Promise<number>;
  /** Reads a stamp that changes with the record of a run; null where there is none. */
  stampOf(runId: string): Promise<string | null>;
  /** Reads a stamp that changes when runs come or go, and when they last did. */
  folderStamp(): Promise<{ readonly stamp: string | null; readonly changedAtMs: number }>;
  readonly index: RunIndex;
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

/** Tells which containers are in use. */
export interface InUse {
  /** Tells whether a cell of a run is being measured. */
  isMeasuring(runId: string, cell: CellId): boolean;
}

export interface ServiceParts {
  /**
   * Connects to the engine.
   * @throws {EngineError} when no engine answers
   */
  connect(inUse: InUse): Promise<ServiceEngine>;
  /** Workers that measure instead of this process. */
  readonly fleet?: Fleet | undefined;
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
  /** Most runs that may wait; one client may have half of them. */
  readonly waitingRuns: number;
  readonly keepDays: number;
  readonly keepBytes: number;
  /** Free bytes on the disk below which new runs are refused. */
  readonly minimumFreeBytes: number;
}
