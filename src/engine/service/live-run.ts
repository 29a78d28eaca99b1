import type { CellId } from '../../domain/cell/cell-id.ts';
import type { CellActivity, RunEvent } from '../../domain/run/event.ts';
import type { RunRecord } from '../../domain/run/record.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import { Run } from '../run/run.ts';
import { HeldPlan } from '../schedule/held-plan.ts';
import { ScheduledRun } from '../schedule/scheduled-run.ts';
import { EventLog, firstEventId } from './event-log.ts';
import type { ServiceParts } from './ports.ts';
import { readPlan } from './archive/read-plan.ts';
import type { LiveTicket } from './ticket.ts';

/** Least milliseconds between two samples of a cell in the event stream. */
const SAMPLES_MS = 150;

type TimedStage = Parameters<ServiceParts['observer']['stageDone']>[0];
type Parts = Pick<ServiceParts, 'store' | 'clock' | 'matrix' | 'prepare' | 'observer' | 'describeResult'>;

/** A run that is not finished, as the service knows it: its scheduled work, its events and its ticket. */
export class LiveRun {
  readonly scheduled: ScheduledRun;
  readonly events: EventLog;
  /** Settles when the run is finished and stored, or left to the next start of the service. */
  readonly over: Promise<void>;
  ticket: LiveTicket;
  /** Grows with every change of the record, across restarts of the service too. */
  version: number;
  readonly #parts: Parts;
  readonly #since = new Map<CellId, { readonly stage: TimedStage; readonly at: number }>();
  readonly #sampledAt = new Map<CellId, number>();
  readonly #settle: () => void;

  constructor(record: RunRecord, plan: RunPlan, ticket: LiveTicket, parts: Parts) {
    this.ticket = ticket;
    this.#parts = parts;
    const { store, clock, matrix, describeResult } = parts;
    const run = new Run(record, { store, clock, describeResult, emit: (event) => this.#emit(event) });
    const held = new HeldPlan(plan, () => readPlan(this.id, parts));
    this.scheduled = new ScheduledRun(run, held, ticket.client, matrix.limits);
    this.version = firstEventId(clock.timestamp());
    this.events = new EventLog(this.version, () => this.record);
    ({ promise: this.over, resolve: this.#settle } = Promise.withResolvers<void>());
  }

  get run(): Run {
    return this.scheduled.run;
  }

  get record(): RunRecord {
    return this.run.record;
  }

  get id(): string {
    return this.record.id;
  }

  /** Records the image that a cell ran in: a result is reused only where the images are the same. */
  ranIn(cell: CellId, image: string): void {
    this.ticket = { ...this.ticket, images: { ...this.ticket.images, [cell]: image } };
  }

  /** Ends the events, and settles `over`. */
  close(): void {
    this.events.close();
    this.#settle();
  }

  #emit(event: RunEvent): void {
    if (event.type === 'cell-state') this.#timeStage(event.cell, event.state);
    if (event.type === 'cell') this.#timeStage(event.cell.id, event.cell.state);
    if (event.type === 'sample' && !this.#isDue(event.cell)) return;
    if (event.type !== 'sample') this.version += 1;
    this.events.publish(event);
  }

  /** Limits samples to a few per second and cell, since there may be many readers. */
  #isDue(cell: CellId): boolean {
    const now = this.#parts.clock.now();
    if (now - (this.#sampledAt.get(cell) ?? -Infinity) < SAMPLES_MS) return false;
    this.#sampledAt.set(cell, now);
    return true;
  }

  /** Measures how long a cell stays in a stage; a change of detail does not end a stage. */
  #timeStage(cell: CellId, state: CellActivity): void {
    const since = this.#since.get(cell);
    if (since?.stage === state) return;
    const now = this.#parts.clock.now();
    if (since !== undefined) this.#parts.observer.stageDone(since.stage, (now - since.at) / 1000);
    if (state !== 'queued' && state !== 'done') this.#since.set(cell, { stage: state, at: now });
    else this.#since.delete(cell);
  }
}
