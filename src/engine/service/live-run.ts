import type { CellActivity, RunEvent } from '../../domain/event.ts';
import type { Explanation } from '../../domain/explanation.ts';
import type { RunRecord } from '../../domain/record.ts';
import type { Ruby } from '../../domain/ruby.ts';
import { dueExplanations, type Due } from '../explain/choose.ts';
import type { CellPlan, MeasuredCell } from '../measure-cell.ts';
import { cellPlans, type RunPlan } from '../plan-run.ts';
import type { Containers } from '../ports.ts';
import { Run } from '../run.ts';
import { EventLog, firstEventId } from './event-log.ts';
import type { ServiceParts } from './ports.ts';
import type { LiveTicket } from './ticket.ts';

/** A cell is given up when it could not be measured this often. */
const MOST_TRIES = 3;

/** What a ruby of a run waits for: a verdict, or (with a role) to be explained. */
export interface Work {
  readonly ruby: Ruby;
  readonly role: Due['role'] | null;
}

/** Milliseconds between two samples of a cell that readers of the events get. */
const SAMPLES_MS = 150;

type TimedStage = Parameters<ServiceParts['observer']['stageDone']>[0];
type Parts = Pick<ServiceParts, 'store' | 'clock' | 'matrix' | 'observer' | 'readLeak'>;

/** A run that is not finished: its record, its events, and what is needed to measure it. */
export class LiveRun {
  readonly run: Run;
  readonly plan: RunPlan;
  readonly events: EventLog;
  /** Names of the rubies that have a container now. */
  readonly measuring = new Set<string>();
  /** Settles when the run is finished and stored, or put aside for the next start of the service. */
  readonly over: Promise<void>;
  ticket: LiveTicket;
  /** Grows with every change of the record, across restarts of the service too. */
  version: number;
  #stopping: 'cancel' | 'drain' | null = null;
  readonly #parts: Parts;
  readonly #abort = new AbortController();
  readonly #tries = new Map<string, number>();
  readonly #since = new Map<string, { readonly stage: TimedStage; readonly at: number }>();
  readonly #sampledAt = new Map<string, number>();
  readonly #settle: () => void;
  #plans: Promise<(ruby: Ruby) => CellPlan> | null = null;

  constructor(record: RunRecord, plan: RunPlan, ticket: LiveTicket, parts: Parts) {
    this.plan = plan;
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

  get stopping(): 'cancel' | 'drain' | null {
    return this.#stopping;
  }

  get isMeasured(): boolean {
    return this.record.cells.every((cell) => cell.state === 'done');
  }

  /** What is to be done next, when nothing of the run is under way or waits: cells; then leaks; then a comparison. */
  due(): readonly Work[] {
    const { rubies, explain } = this.plan.request;
    const open = new Set(this.record.cells.flatMap((cell) => (cell.state === 'done' ? [] : [cell.ruby])));
    const missing = rubies.filter((ruby) => open.has(ruby.name));
    if (missing.length > 0) return missing.map((ruby) => ({ ruby, role: null }));
    return explain ? dueExplanations(this.record.cells, rubies) : [];
  }

  /** Ends the containers of the run; a cancelled run stays cancelled. */
  stop(why: 'cancel' | 'drain'): void {
    if (this.#stopping !== 'cancel') this.#stopping = why;
    this.#abort.abort();
  }

  async attempt(ruby: Ruby, containers: Containers): Promise<MeasuredCell> {
    return this.run.attempt(await this.#planOf(ruby), this.#watched(containers), this.#abort.signal);
  }

  async explain({ ruby, role }: Due, containers: Containers): Promise<Explanation> {
    const plan = await this.#planOf(ruby);
    return this.run.explain(plan, role, this.#watched(containers), this.#abort.signal);
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

  async #planOf(ruby: Ruby): Promise<CellPlan> {
    this.#plans ??= cellPlans(this.plan, this.#parts.matrix.limits, this.id);
    return (await this.#plans)(ruby);
  }

  /** The engine's containers, with the images noted that they start from. */
  #watched(containers: Containers): Containers {
    return {
      prepare: async (wanted, progress, signal) => {
        const prepared = await containers.prepare(wanted, progress, signal);
        if (prepared.ok) this.#ranIn(wanted.name, prepared.image.tag);
        return prepared;
      },
      start: (image, spec, signal) => containers.start(image, spec, signal),
    };
  }

  #ranIn(ruby: string, image: string): void {
    this.ticket = { ...this.ticket, images: { ...this.ticket.images, [ruby]: image } };
  }

  #emit(event: RunEvent): void {
    if (event.type === 'cell-state') this.#timeStage(event.ruby, event.state);
    if (event.type === 'cell') this.#timeStage(event.cell.ruby, event.cell.state);
    if (event.type === 'sample' && !this.#isDue(event.ruby)) return;
    if (event.type !== 'sample') this.version += 1;
    this.events.publish(event);
  }

  /** Readers are many, and none of them sees more: of each cell a few samples a second. */
  #isDue(ruby: string): boolean {
    const now = this.#parts.clock.now();
    if (now - (this.#sampledAt.get(ruby) ?? -Infinity) < SAMPLES_MS) return false;
    this.#sampledAt.set(ruby, now);
    return true;
  }

  /** A stage lasts until the cell is in another one; a detail told within it changes nothing. */
  #timeStage(ruby: string, state: CellActivity): void {
    const since = this.#since.get(ruby);
    if (since?.stage === state) return;
    const now = this.#parts.clock.now();
    if (since !== undefined) this.#parts.observer.stageDone(since.stage, (now - since.at) / 1000);
    if (state !== 'queued' && state !== 'done') this.#since.set(ruby, { stage: state, at: now });
    else this.#since.delete(ruby);
  }
}
