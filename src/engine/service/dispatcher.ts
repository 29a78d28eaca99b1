import { setTimeout as sleep } from 'node:timers/promises';
import PQueue from 'p-queue';
import type { Configuration } from '../../domain/configuration.ts';
import { Backlog } from './backlog.ts';
import type { EngineMonitor } from './engine-monitor.ts';
import { explainTurn } from './explain-turn.ts';
import type { LiveRun, Work } from './live-run.ts';
import type { ServiceLog, ServiceObserver } from './ports.ts';
import { untilStored } from './until-stored.ts';

interface Waiting extends Work {
  readonly live: LiveRun;
}

export interface DispatcherParts {
  readonly jobs: number;
  readonly monitor: EngineMonitor;
  readonly log: ServiceLog;
  readonly observer: ServiceObserver;
  /** Nothing of the run is left to be done. Never rejects. */
  finish(live: LiveRun): Promise<void>;
}

/** Containers that are told to end are gone within this; then they are left to the next sweep. */
const LAST_MS = 15_000;
const AGAIN = 'it could not be measured just now and will be measured again';

/** Measures and explains the cells of all runs, a bounded number at a time, in fair order, while the engine answers. */
export class Dispatcher {
  readonly #parts: DispatcherParts;
  readonly #queue: PQueue;
  readonly #backlog = new Backlog<Waiting>();
  #draining = false;

  constructor(parts: DispatcherParts) {
    this.#parts = parts;
    this.#queue = new PQueue({ concurrency: parts.jobs, autoStart: false });
  }

  get measuring(): number {
    return this.#queue.pending;
  }

  get waitingCells(): number {
    return this.#backlog.size;
  }

  /** The engine came or went. */
  engineIs(up: boolean): void {
    if (up && !this.#draining) this.#queue.start();
    else this.#queue.pause();
  }

  /** Queues what is next of a run, or ends it when nothing is left. While something of it is under way: nothing. */
  async advance(live: LiveRun): Promise<void> {
    if (live.measuring.size > 0 || this.#backlog.has(live.id)) return;
    const work = live.stopping === 'cancel' ? [] : live.due();
    if (work.length > 0) this.#enqueue(live, work);
    else if (live.isMeasured) await this.#parts.finish(live);
  }

  #enqueue(live: LiveRun, work: readonly Work[]): void {
    this.#backlog.add(
      live.ticket.client,
      live.id,
      work.map((one) => ({ live, ...one })),
    );
    // One turn per cell; which cell it is decides the backlog when the turn comes. Counted before the first is added:
    // a turn that finds a free place takes its cell at once.
    for (let missing = this.#backlog.size - this.#queue.size; missing > 0; missing -= 1)
      this.#queue.add(() => this.#turn()).catch((error: unknown) => this.#complain(error));
  }

  /** Place of every run that waits for a turn, from 1. */
  positions(): ReadonlyMap<string, number> {
    return new Map(this.#backlog.order().map((id, index) => [id, index + 1]));
  }

  /** Ends a run: what waits is given up, what is measured is stopped. */
  async cancel(live: LiveRun): Promise<void> {
    live.stop('cancel');
    this.#backlog.drop(live.id);
    // Every cell, not only what waits for a turn: while the service is being stopped nothing does.
    for (const { id, state } of live.record.cells) {
      const isOpen = state !== 'done' && !live.measuring.has(id);
      if (isOpen) live.run.giveUp(id, 'cancelled', 'cancelled before it was measured');
    }
    await this.advance(live);
  }

  /** Starts nothing more, waits for what is measured, stops what takes longer. */
  async drain(limitMs: number, lives: () => Iterable<LiveRun>): Promise<void> {
    this.#draining = true;
    this.#queue.pause();
    await this.#idle(limitMs);
    for (const live of lives()) if (live.measuring.size > 0) live.stop('drain');
    await this.#idle(LAST_MS);
  }

  async #idle(limitMs: number): Promise<void> {
    if (this.#queue.pending === 0) return;
    await Promise.race([this.#queue.onPendingZero(), sleep(limitMs, undefined, { ref: false })]);
  }

  async #turn(): Promise<void> {
    const waiting = this.#backlog.take();
    if (waiting === null) return;
    const { live, cell, role } = waiting;
    live.measuring.add(cell.id);
    const turn = role === null ? this.#attempt(waiting) : explainTurn(live, { cell, role }, this.#parts);
    const next = await turn.finally(() => live.leave(cell.id));
    if (next === 'later') return;
    const isNeeded = role === null || live.stopping !== 'cancel';
    if (next === 'again' && isNeeded) this.#enqueue(live, [{ cell, role }]);
    else await this.advance(live);
  }

  /** Turns tell of their own errors; should one ever throw, the others go on. */
  #complain(error: unknown): void {
    const bug = error instanceof Error ? error.stack : String(error);
    this.#parts.log.error({ bug }, 'a turn failed');
  }

  /** `again`: the cell goes back into the queue; `later`: the next start of the service will measure it. */
  async #attempt({ live, cell }: Waiting): Promise<'done' | 'again' | 'later'> {
    const { monitor, observer, log } = this.#parts;
    const stored = (work: () => Promise<void>): Promise<boolean> =>
      untilStored(work, { run: live.id, log, stopped: () => live.stopping !== null });
    try {
      const { engine } = monitor;
      if (engine === null) return 'again';
      const begun = live.record.state !== 'queued' || (await stored(() => live.run.enter('running')));
      if (!begun) return this.#unstored(live, cell);
      const measured = await live.attempt(cell, engine.containers);
      const { outcome } = measured.cell;
      if (outcome === 'cancelled' && live.stopping === 'drain') return 'later';
      if (outcome === 'engine-error') {
        // Looks at the engine first: if it is gone, the queue stands still before the next turn.
        await monitor.check();
        await monitor.engine?.sweep().catch(() => {});
        if (this.#goesBack(live, cell, measured.cell.message ?? AGAIN)) return 'again';
      }
      if (!(await stored(() => live.run.keep(measured)))) return this.#unstored(live, cell);
      observer.cellDone(measured.cell);
      return 'done';
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const bug = (error as Error).stack;
      log.error({ run: live.id, cell: cell.id, reason, bug }, 'a cell could not be measured');
      if (this.#goesBack(live, cell, AGAIN)) return 'again';
      live.run.giveUp(cell.id, live.stopping === 'cancel' ? 'cancelled' : 'engine-error', reason);
      return 'done';
    }
  }

  /** The run was stopped while it waited for room on the disk. */
  #unstored(live: LiveRun, { id }: Configuration): 'done' | 'later' {
    if (live.stopping === 'drain') return 'later';
    live.run.giveUp(id, 'cancelled', 'cancelled before it could be stored');
    return 'done';
  }

  #goesBack(live: LiveRun, { id }: Configuration, why: string): boolean {
    if (live.stopping === 'cancel' || !live.mayTryAgain(id)) return false;
    live.run.requeue(id, why);
    return true;
  }
}
