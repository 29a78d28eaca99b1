import type { CellId } from '../../domain/cell-id.ts';
import type { Configuration } from '../../domain/configuration.ts';
import type { CellActivity, RunEvent } from '../../domain/event.ts';
import type { Explanation } from '../../domain/explanation.ts';
import type { RunRecord } from '../../domain/record.ts';
import { dueExplanations, type Due } from '../explain/choose.ts';
import type { CellPlan, MeasuredCell } from '../measure-cell.ts';
import { cellPlans, type RunPlan } from '../plan-run.ts';
import type { Containers } from '../ports.ts';
import { Run } from '../run.ts';
import { EventLog, firstEventId } from './event-log.ts';
import { HeldPlan, readPlan, type Outline } from './held-plan.ts';
import type { ServiceParts } from './ports.ts';
import type { LiveTicket } from './ticket.ts';

/** A cell is given up when it could not be measured this often. */
const MOST_TRIES = 3;

/** What a cell of a run waits for: a verdict, or (with a role) to be explained. */
export interface Work {
  readonly cell: Configuration;
  readonly role: Due['role'] | null;
}

/** Milliseconds between two samples of a cell that readers of the events get. */
const SAMPLES_MS = 150;

type TimedStage = Parameters<ServiceParts['observer']['stageDone']>[0];
type Parts = Pick<ServiceParts, 'store' | 'clock' | 'matrix' | 'prepare' | 'observer' | 'readLeak'>;

/** A run that is not finished: its record, its events, and what is needed to measure it. */
export class LiveRun {
  readonly run: Run;
  readonly events: EventLog;
  /** The cells that have a container now. */
  readonly measuring = new Set<CellId>();
  /** Settles when the run is finished and stored, or put aside for the next start of the service. */
  readonly over: Promise<void>;
  ticket: LiveTicket;
  /** Grows with every change of the record, across restarts of the service too. */
  version: number;
  #stopping: 'cancel' | 'drain' | null = null;
  readonly #parts: Parts;
  readonly #abort = new AbortController();
  readonly #tries = new Map<string, number>();
  readonly #since = new Map<CellId, { readonly stage: TimedStage; readonly at: number }>();
  readonly #sampledAt = new Map<CellId, number>();
  readonly #settle: () => void;
  readonly #held: HeldPlan;
  #plans: Promise<(cell: Configuration) => CellPlan> | null = null;

  constructor(record: RunRecord, plan: RunPlan, ticket: LiveTicket, parts: Parts) {
    this.#held = new HeldPlan(plan, () => readPlan(this.id, parts));
    this.ticket = ticket;
    this.#parts = parts;
    const { store, clock, readLeak } = parts;
    const reading = readLeak === undefined ? {} : { readLeak };
    this.run = new Run(record, { store, clock, ...reading, emit: (event) => this.#emit(event) });
    this.version = firstEventId(clock.timestamp());
    this.events = new EventLog(this.version, () => this.record);
    ({ promise: this.over, resolve: this.#settle } = Promise.withResolvers<void>());
  }

  get record(): RunRecord {
    return this.run.record;
  }

  get id(): string {
    return this.record.id;
  }

  get plan(): Outline {
    return this.#held.outline;
  }

  /** With script and files. Throws StoreError where they have to be read and can't be. */
  wholePlan(): Promise<RunPlan> {
    return this.#held.whole();
  }

  /** The request is on the disk, so that it need not be kept while the run waits. */
  isStored(): void {
    this.#held.putDown();
  }

  /** A cell has its container no more. */
  leave(cell: CellId): void {
    this.measuring.delete(cell);
    if (this.measuring.size === 0 && !this.#held.isLight) this.#plans = null;
  }

  get stopping(): 'cancel' | 'drain' | null {
    return this.#stopping;
  }

  get isMeasured(): boolean {
    return this.record.cells.every((cell) => cell.state === 'done');
  }

  /** What is to be done next, when nothing of the run is under way or waits: cells; then leaks; then a comparison. */
  due(): readonly Work[] {
    const { cells, request } = this.plan;
    const open = new Set(this.record.cells.flatMap((cell) => (cell.state === 'done' ? [] : [cell.id])));
    const missing = cells.filter((cell) => open.has(cell.id));
    if (missing.length > 0) return missing.map((cell) => ({ cell, role: null }));
    return request.options.explain ? dueExplanations(this.record.cells, cells) : [];
  }

  /** Ends the containers of the run; a cancelled run stays cancelled. */
  stop(why: 'cancel' | 'drain'): void {
    if (this.#stopping !== 'cancel') this.#stopping = why;
    this.#abort.abort();
  }

  async attempt(cell: Configuration, containers: Containers): Promise<MeasuredCell> {
    const watched = this.#watched(containers, cell.id);
    return this.run.attempt(await this.#planOf(cell), watched, this.#abort.signal);
  }

  async explain({ cell, role }: Due, containers: Containers): Promise<Explanation> {
    const plan = await this.#planOf(cell);
    return this.run.explain(plan, role, this.#watched(containers, cell.id), this.#abort.signal);
  }

  /** Counts a try of something that came to nothing; false when it was the last one. */
  mayTryAgain(what: string): boolean {
    const tries = (this.#tries.get(what) ?? 0) + 1;
    this.#tries.set(what, tries);
    return tries < MOST_TRIES;
  }

  /** No more events, and whoever waits for the end goes on. */
  close(): void {
    this.events.close();
    this.#settle();
  }

  async #planOf(cell: Configuration): Promise<CellPlan> {
    const { limits } = this.#parts.matrix;
    const plans = (this.#plans ??= this.wholePlan().then((plan) => cellPlans(plan, limits, this.id)));
    try {
      return (await plans)(cell);
    } catch (error) {
      // What could not be read now may be another time.
      this.#plans = null;
      throw error;
    }
  }

  /** The engine's containers, with the image noted that a cell's start from. */
  #watched(containers: Containers, cell: CellId): Containers {
    return {
      prepare: async (wanted, progress, signal) => {
        const prepared = await containers.prepare(wanted, progress, signal);
        if (prepared.ok) this.#ranIn(cell, prepared.image.tag);
        return prepared;
      },
      start: (image, spec, signal) => containers.start(image, spec, signal),
    };
  }

  #ranIn(cell: CellId, image: string): void {
    this.ticket = { ...this.ticket, images: { ...this.ticket.images, [cell]: image } };
  }

  #emit(event: RunEvent): void {
    if (event.type === 'cell-state') this.#timeStage(event.cell, event.state);
    if (event.type === 'cell') this.#timeStage(event.cell.id, event.cell.state);
    if (event.type === 'sample' && !this.#isDue(event.cell)) return;
    if (event.type !== 'sample') this.version += 1;
    this.events.publish(event);
  }

  /** Readers are many, and none of them sees more: of each cell a few samples a second. */
  #isDue(cell: CellId): boolean {
    const now = this.#parts.clock.now();
    if (now - (this.#sampledAt.get(cell) ?? -Infinity) < SAMPLES_MS) return false;
    this.#sampledAt.set(cell, now);
    return true;
  }

  /** A stage lasts until the cell is in another one; a detail told within it changes nothing. */
  #timeStage(cell: CellId, state: CellActivity): void {
    const since = this.#since.get(cell);
    if (since?.stage === state) return;
    const now = this.#parts.clock.now();
    if (since !== undefined) this.#parts.observer.stageDone(since.stage, (now - since.at) / 1000);
    if (state !== 'queued' && state !== 'done') this.#since.set(cell, { stage: state, at: now });
    else this.#since.delete(cell);
  }
}
