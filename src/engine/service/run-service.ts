import pTimeout from 'p-timeout';
import type { CellId } from '../../domain/cell-id.ts';
import type { RunRecord } from '../../domain/record.ts';
import type { StoredTrace } from '../../domain/stored-trace.ts';
import { diskRefusal } from './admission.ts';
import { Dispatcher } from './dispatcher.ts';
import { EngineMonitor } from './engine-monitor.ts';
import type { EventReader } from './event-log.ts';
import type { LiveRun } from './live-run.ts';
import type { ImagePresence, ServiceLimits, ServiceParts } from './ports.ts';
import { Reception } from './reception.ts';
import { isUnfinished, putBack, takeUp } from './recover.ts';
import { RunArchive } from './run-archive.ts';
import { newestFirst, summaryOf, type RunSummary } from './run-index.ts';
import type { RunView, Submission, Submitted } from './submission.ts';
import { storedRequest } from './ticket.ts';
import { untilStored } from './until-stored.ts';

/** What the service is busy with. */
export interface ServiceLoad {
  readonly measuringCells: number;
  readonly waitingCells: number;
  readonly waitingRuns: number;
  /** Why there is no engine, and what to do; null while there is one. */
  readonly engineProblem: string | null;
  readonly draining: boolean;
}

/** Accepts runs, measures them in turn, and knows them all. Accepted runs outlive the process. */
export class RunService {
  readonly #parts: ServiceParts;
  readonly #limits: ServiceLimits;
  readonly #live = new Map<string, LiveRun>();
  readonly #archive: RunArchive;
  readonly #monitor: EngineMonitor;
  readonly #dispatcher: Dispatcher;
  readonly #reception: Reception;
  readonly #finishing = new WeakSet<LiveRun>();
  /** Runs that are being stored for the first time: none of them can be cancelled before that is done. */
  readonly #accepting = new Map<string, Promise<unknown>>();
  #draining = false;
  #ready = false;

  constructor(parts: ServiceParts, limits: ServiceLimits) {
    this.#parts = parts;
    this.#limits = limits;
    const { log, observer } = parts;
    this.#archive = new RunArchive(parts, limits);
    this.#monitor = new EngineMonitor({
      connect: async () => {
        const inUse = (id: string, cell: CellId): boolean => this.#live.get(id)?.measuring.has(cell) ?? false;
        const engine = await parts.connect(inUse);
        await engine.sweep();
        return engine;
      },
      log,
      changed: (up) => this.#dispatcher.engineIs(up),
    });
    const finish = (live: LiveRun): Promise<void> => this.#finish(live);
    this.#dispatcher = new Dispatcher({ jobs: limits.jobs, monitor: this.#monitor, log, observer, finish });
    this.#reception = new Reception({
      parts,
      limits,
      archive: this.#archive,
      monitor: this.#monitor,
      live: this.#live,
      load: () => this.load(),
      view: (id) => this.view(id),
      accept: (live) => this.#accept(live),
    });
  }

  /** Whether what is stored was read: before that nothing can be answered. */
  get isReady(): boolean {
    return this.#ready;
  }

  /**
   * Reads what is stored, takes up what was left unfinished, looks for the engine.
   * @throws {StoreError}
   */
  async start(): Promise<void> {
    for await (const { run, ticket } of this.#archive.load()) {
      const { request } = ticket;
      if (!isUnfinished(run) || request === null) continue;
      const live = await takeUp(run, { ...ticket, request }, this.#parts);
      if (live === null) continue;
      this.#parts.log.info({ run: run.id, attempts: live.ticket.attempts }, 'an unfinished run is taken up');
      this.#enqueue(live);
    }
    await this.#archive.prune();
    this.#ready = true;
    await this.#monitor.check();
  }

  /** Takes no new runs, lets what is measured end within the limit, puts the rest aside for the next start. */
  async drain(limitMs: number): Promise<void> {
    this.#draining = true;
    await this.#dispatcher.drain(limitMs, () => this.#live.values());
    this.#monitor.stop();
    for (const live of this.#live.values()) {
      if (this.#finishing.has(live)) await live.over;
      else if (live.record.state === 'running') {
        live.run.record = putBack(live.record);
        await live.run.enter('queued').catch((error: unknown) => this.#complain(live.id, error));
      }
      live.close();
    }
  }

  load(): ServiceLoad {
    const waitingRuns = this.#waiting().length;
    const { measuring: measuringCells, waitingCells } = this.#dispatcher;
    const engineProblem = this.#monitor.reason;
    return { measuringCells, waitingCells, waitingRuns, engineProblem, draining: this.#draining };
  }

  /** What stands in the way of new runs, in words; empty when nothing does. */
  async problems(): Promise<readonly string[]> {
    await this.#monitor.check();
    const disk = await diskRefusal(this.#parts.store, this.#limits);
    const draining = this.#draining ? 'the service is being stopped' : null;
    return [draining, this.#monitor.reason, disk?.message ?? null].filter((text) => text !== null);
  }

  /** What is here of each ruby of the matrix; null when no engine can be asked. */
  async presence(): Promise<readonly ImagePresence[] | null> {
    return (await this.#monitor.engine?.inventory(this.#parts.matrix.rubies).catch(() => null)) ?? null;
  }

  submit(submission: Submission): Promise<Submitted> {
    return this.#reception.submit(submission);
  }

  async view(id: string): Promise<RunView | null> {
    const live = this.#live.get(id);
    if (live !== undefined) return this.#viewOf(live);
    const run = await this.#archive.read(id);
    return run === null ? null : { run, attempts: this.#archive.attempts(id), queuePosition: null };
  }

  /** All runs, newest first. */
  async list(): Promise<readonly RunSummary[]> {
    await this.#archive.refresh((id) => this.#live.has(id));
    const live = [...this.#live.values()].map((one) => summaryOf(one.record));
    const stored = this.#archive.summaries().filter(({ id }) => !this.#live.has(id));
    return [...live, ...stored].toSorted(newestFirst);
  }

  /** Events of a run under way, or null when it is not under way. */
  events(id: string, after: number | null): EventReader | null {
    return this.#live.get(id)?.events.read(after) ?? null;
  }

  tracesOf(id: string, cell: CellId): Promise<readonly StoredTrace[]> {
    return this.#parts.store.loadTracesOf(id, cell);
  }

  /** Changes whenever what is to be seen of a run does; null where that is not known without reading it. */
  stateOf(id: string): string | null {
    const live = this.#live.get(id);
    if (live === undefined) return this.#archive.finishedAt(id);
    return `${live.version} ${this.#dispatcher.positions().get(id) ?? ''}`;
  }

  /** Cancels a run that is not finished and gives it; removes a finished one; null when there is none. */
  async cancelOrRemove(id: string, waitMs: number): Promise<RunView | 'removed' | null> {
    await this.#accepting.get(id)?.catch(() => undefined);
    const live = this.#live.get(id);
    const isFinished = live === undefined || live.record.finishedAt !== null;
    // Neither is waited for without end: on a full disk a run is over when there is room.
    if (!isFinished) void this.#dispatcher.cancel(live);
    if (live !== undefined) await pTimeout(live.over, { milliseconds: waitMs, fallback: () => {} });
    if (live !== undefined && (!isFinished || this.#live.has(id))) return this.#viewOf(live);
    return (await this.#archive.remove(id)) ? 'removed' : null;
  }

  /** Counted before it is stored, so that many at once don't pass the bound together. */
  async #accept(live: LiveRun): Promise<RunView> {
    this.#live.set(live.id, live);
    const accepted = this.#keepNew(live);
    this.#accepting.set(live.id, accepted);
    try {
      return await accepted;
    } finally {
      this.#accepting.delete(live.id);
    }
  }

  async #keepNew(live: LiveRun): Promise<RunView> {
    try {
      const { request } = await live.wholePlan();
      await this.#parts.store.saveTicket(live.id, { ...live.ticket, request: storedRequest(request) });
      await live.run.enter('queued');
      live.isStored();
    } catch (error) {
      this.#live.delete(live.id);
      await this.#parts.store.removeRun(live.id).catch(() => {});
      throw error;
    }
    if (!this.#draining) this.#enqueue(live);
    return this.#viewOf(live);
  }

  #enqueue(live: LiveRun): void {
    this.#live.set(live.id, live);
    void this.#dispatcher.advance(live);
  }

  async #finish(live: LiveRun): Promise<void> {
    if (this.#finishing.has(live)) return;
    this.#finishing.add(live);
    let record: RunRecord | null = null;
    const store = async (): Promise<void> => {
      record ??= await live.run.finish(live.stopping === 'cancel');
      await this.#archive.keep(record, { ...live.ticket, request: null });
    };
    try {
      // A service that is stopped meanwhile leaves the run unfinished on the disk, and the next one takes it up.
      const { log } = this.#parts;
      await untilStored(store, { run: live.id, log, stopped: () => this.#draining });
      this.#reception.learn(live.record);
    } catch (error) {
      this.#complain(live.id, error);
    }
    this.#live.delete(live.id);
    live.close();
    await this.#archive.prune().catch((error: unknown) => this.#complain(live.id, error));
  }

  #waiting(): readonly LiveRun[] {
    return [...this.#live.values()].filter((live) => live.record.state === 'queued');
  }

  #viewOf(live: LiveRun): RunView {
    const queuePosition = this.#dispatcher.positions().get(live.id) ?? null;
    return { run: live.record, attempts: live.ticket.attempts, queuePosition };
  }

  #complain(run: string, error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#parts.log.error({ run, reason }, 'a run could not be stored or removed');
  }
}
