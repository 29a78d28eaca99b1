import pTimeout from 'p-timeout';
import type { CellId } from '../../domain/cell/cell-id.ts';
import type { StoredTrace } from '../../domain/measurement/sample.ts';
import { FleetRunner } from '../fleet/fleet-runner.ts';
import type { FleetView } from '../fleet/fleet.ts';
import { LocalRunner } from '../local-runner.ts';
import { knownCells } from '../measure/known-cell.ts';
import type { RunRequest } from '../plan/run-request.ts';
import { Scheduler } from '../schedule/scheduler.ts';
import { diskRefusal } from './intake/admission.ts';
import { EngineMonitor } from './engine-monitor.ts';
import type { EventReader } from './event-log.ts';
import type { RubyPresence } from '../ruby-presence.ts';
import type { ServiceEngine, ServiceLimits, ServiceParts } from './ports.ts';
import { RunIntake } from './intake/run-intake.ts';
import { requeued, resumeRun } from './archive/recover.ts';
import { RunArchive } from './archive/run-archive.ts';
import type { FoundRuns, RunQuery } from './archive/run-query.ts';
import { queueOf, type ServiceQueue } from './queue.ts';
import { RunRegistry } from './run-registry.ts';
import { RunViews } from './run-views.ts';
import type { RunView, Submission, Submitted } from './intake/submission.ts';

/** The load of the service. */
export interface ServiceLoad {
  readonly measuringCells: number;
  readonly waitingCells: number;
  readonly waitingRuns: number;
  /** Why there is no engine, and what to do; null while there is one. */
  readonly engineProblem: string | null;
  readonly draining: boolean;
  /** The workers; null where this process measures by itself. */
  readonly fleet: FleetView | null;
}

/** Failed attempts after which a cell is abandoned. */
const MOST_TRIES = 3;

/** Accepts runs, measures them in turn and gives access to them. Accepted runs survive a restart. */
export class RunService {
  readonly #parts: ServiceParts;
  readonly #limits: ServiceLimits;
  readonly #registry: RunRegistry;
  readonly #monitor: EngineMonitor<ServiceEngine>;
  readonly #scheduler: Scheduler;
  readonly #views: RunViews;
  readonly #intake: RunIntake;
  #ready = false;

  constructor(parts: ServiceParts, limits: ServiceLimits) {
    const { log, clock, readLeak, fleet } = parts;
    const registry = new RunRegistry(parts, new RunArchive(parts, limits));
    const connect = async (): Promise<ServiceEngine> => {
      const engine = await parts.connect(registry);
      await engine.sweep();
      return engine;
    };
    const monitor = new EngineMonitor({ connect, log });
    const reading = readLeak === undefined ? {} : { readLeak };
    const known = knownCells(parts.store, parts.measuringVersion);
    const { jobs } = limits;
    const runner =
      fleet === undefined
        ? new LocalRunner({ containers: monitor.containers, clock, places: jobs, known, ...reading })
        : new FleetRunner(fleet);
    const scheduler = new Scheduler({
      jobs,
      mostTries: MOST_TRIES,
      // Clients wait in the order of their turns: the second one is that of whoever came last.
      turnsPerClient: fleet === undefined ? 0 : 2,
      runner,
      engine: monitor,
      keeper: registry,
    });
    fleet?.onChange(() => {
      scheduler.jobs = Math.max(1, fleet.turns);
      void monitor.check();
    });
    const views = new RunViews(registry, scheduler);
    this.#parts = parts;
    this.#limits = limits;
    this.#registry = registry;
    this.#monitor = monitor;
    this.#scheduler = scheduler;
    this.#views = views;
    this.#intake = new RunIntake({ parts, limits, registry, scheduler, monitor, views });
  }

  /** Whether the stored runs were read: before that the service cannot answer. */
  get isReady(): boolean {
    return this.#ready;
  }

  /**
   * Reads the stored runs, resumes unfinished ones, and connects to the engine.
   * @throws {StoreError}
   */
  async start(): Promise<void> {
    const { archive } = this.#registry;
    for await (const { run, ticket } of archive.load()) {
      const { request } = ticket;
      if (request === null) continue;
      const live = await resumeRun(run, { ...ticket, request }, this.#parts);
      if (live === null) continue;
      this.#parts.log.info({ run: run.id, attempts: live.ticket.attempts }, 'an unfinished run is resumed');
      this.#registry.add(live);
      void this.#scheduler.advance(live.scheduled);
    }
    await archive.prune();
    this.#ready = true;
    this.#parts.fleet?.start();
    await this.#monitor.check();
  }

  /** Accepts no new runs, lets running cells finish within the limit, and leaves the rest to the next start. */
  async drain(limitMs: number): Promise<void> {
    this.#registry.isClosing = true;
    await this.#scheduler.drain(limitMs, () => this.#registry.lives().map(({ scheduled }) => scheduled));
    this.#monitor.stop();
    this.#parts.fleet?.stop();
    for (const live of this.#registry.lives()) {
      if (live.scheduled.isEnding) await live.over;
      else if (live.record.state === 'running') {
        live.run.record = requeued(live.record);
        await live.run.enter('queued').catch((error: unknown) => this.#registry.complain(live.id, error));
      }
      live.close();
    }
  }

  load(): ServiceLoad {
    const waitingRuns = this.#registry.waiting().length;
    const { measuring: measuringCells, waitingCells } = this.#scheduler;
    const engineProblem = this.#monitor.reason;
    const fleet = this.#parts.fleet?.view() ?? null;
    const draining = this.#registry.isClosing;
    return { measuringCells, waitingCells, waitingRuns, engineProblem, draining, fleet };
  }

  /** Lists the unfinished runs, with their places in the queue. */
  queue(): ServiceQueue {
    const { measuringCells, waitingCells, engineProblem } = this.load();
    const runs = queueOf(this.#registry.lives(), this.#scheduler.positions());
    return { ...runs, measuringCells, waitingCells, engineProblem };
  }

  /** Lists reasons why new runs would be refused; empty when there are none. */
  async problems(): Promise<readonly string[]> {
    await this.#monitor.check();
    const disk = await diskRefusal(this.#parts.store, this.#limits);
    const draining = this.#registry.isClosing ? 'the service is shutting down' : null;
    return [draining, this.#monitor.reason, disk?.message ?? null].filter((text) => text !== null);
  }

  /** Finds out which images of the matrix are available; null when no engine answers. */
  async presence(): Promise<readonly RubyPresence[] | null> {
    return (await this.#monitor.engine?.inventory(this.#parts.matrix.rubies).catch(() => null)) ?? null;
  }

  submit(submission: Submission): Promise<Submitted> {
    return this.#intake.submit(submission);
  }

  view(id: string): Promise<RunView | null> {
    return this.#views.find(id);
  }

  /** Searches all runs, the newest first. */
  search(query: RunQuery): Promise<FoundRuns> {
    return this.#views.search(query);
  }

  /** Reads the files beside the script of a run, for the token that sent them; for others there are none. */
  filesOf(id: string, owner: string): Promise<RunRequest['files']> {
    return this.#registry.archive.filesOf(id, owner);
  }

  /** Reads the events of a running run; null for other runs. */
  events(id: string, after: number | null): EventReader | null {
    return this.#registry.live(id)?.events.read(after) ?? null;
  }

  tracesOf(id: string, cell: CellId): Promise<readonly StoredTrace[]> {
    return this.#parts.store.loadTracesOf(id, cell);
  }

  /**
   * Versions the view of a run: the text changes whenever the view does; null where that is not known without
   * reading the run.
   */
  stateOf(id: string): string | null {
    return this.#views.stateOf(id);
  }

  /** Cancels an unfinished run and returns it; removes a finished one; null when there is none. */
  async cancelOrRemove(id: string, waitMs: number): Promise<RunView | 'removed' | null> {
    const registry = this.#registry;
    await registry.accepted(id);
    const live = registry.live(id);
    const isFinished = live === undefined || live.record.finishedAt !== null;
    // The wait is bounded: on a full disk a run ends only when there is room.
    if (!isFinished) void this.#scheduler.cancel(live.scheduled);
    if (live !== undefined) await pTimeout(live.over, { milliseconds: waitMs, fallback: () => {} });
    if (live !== undefined && (!isFinished || registry.live(id) !== undefined)) return this.#views.of(live);
    return (await registry.archive.remove(id)) ? 'removed' : null;
  }
}
