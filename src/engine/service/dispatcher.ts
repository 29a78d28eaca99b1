import { setTimeout as sleep } from 'node:timers/promises';
import PQueue from 'p-queue';
import type { Ruby } from '../../domain/ruby.ts';
import { StoreError } from '../ports.ts';
import { Backlog } from './backlog.ts';
import type { EngineMonitor } from './engine-monitor.ts';
import type { LiveRun } from './live-run.ts';
import type { ServiceLog, ServiceObserver } from './ports.ts';

interface Waiting {
  readonly live: LiveRun;
  readonly ruby: Ruby;
}

export interface DispatcherParts {
  readonly jobs: number;
  readonly monitor: EngineMonitor;
  readonly log: ServiceLog;
  readonly observer: ServiceObserver;
  /** Every cell of the run is done. Never rejects. */
  finish(live: LiveRun): Promise<void>;
}

/** A disk that is full now may have room again after this. */
const STORE_PAUSE_MS = 5_000;
/** Containers that are told to end are gone within this; then they are left to the next sweep. */
const LAST_MS = 15_000;
const AGAIN = 'it could not be measured just now and will be measured again';

/** Measures the cells of all runs, a bounded number at a time, in fair order, while the engine answers. */
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

  enqueue(live: LiveRun, rubies: readonly Ruby[]): void {
    this.#backlog.add(
      live.ticket.client,
      live.id,
      rubies.map((ruby) => ({ live, ruby })),
    );
    // One turn per cell; which cell it is decides the backlog when the turn comes.
    for (let turns = this.#queue.size; turns < this.#backlog.size; turns += 1)
      void this.#queue.add(() => this.#turn());
  }

  /** Place of every run that waits for a turn, from 1. */
  positions(): ReadonlyMap<string, number> {
    return new Map(this.#backlog.order().map((id, index) => [id, index + 1]));
  }

  /** Ends a run: what waits is given up, what is measured is stopped. */
  async cancel(live: LiveRun): Promise<void> {
    live.stop('cancel');
    for (const { ruby } of this.#backlog.drop(live.id)) {
      live.run.giveUp(ruby.name, 'cancelled', 'cancelled before it was measured');
    }
    if (live.isMeasured) await this.#parts.finish(live);
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
    const { live, ruby } = waiting;
    live.measuring.add(ruby.name);
    const next = await this.#attempt(waiting);
    live.measuring.delete(ruby.name);
    if (next === 'later') return;
    if (next === 'again') this.enqueue(live, [ruby]);
    else if (live.isMeasured) await this.#parts.finish(live);
  }

  /** `again`: the cell goes back into the queue; `later`: the next start of the service will measure it. */
  async #attempt({ live, ruby }: Waiting): Promise<'done' | 'again' | 'later'> {
    const { monitor, observer, log } = this.#parts;
    try {
      if (monitor.engine === null) return 'again';
      if (live.record.state === 'queued') await live.run.enter('running');
      const measured = await live.attempt(ruby, monitor.engine.containers);
      const { outcome } = measured.cell;
      if (outcome === 'cancelled' && live.stopping === 'drain') return 'later';
      if (outcome === 'engine-error') {
        // Looks at the engine first: if it is gone, the queue stands still before the next turn.
        await monitor.check();
        await monitor.engine?.sweep().catch(() => {});
        if (this.#goesBack(live, ruby, measured.cell.message ?? AGAIN)) return 'again';
      }
      await live.run.keep(measured);
      observer.cellDone(measured.cell);
      return 'done';
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const bug = error instanceof StoreError ? undefined : (error as Error).stack;
      log.error({ run: live.id, ruby: ruby.name, reason, bug }, 'a cell could not be measured or stored');
      if (error instanceof StoreError) await sleep(STORE_PAUSE_MS, undefined, { ref: false });
      if (this.#goesBack(live, ruby, AGAIN)) return 'again';
      live.run.giveUp(ruby.name, live.stopping === 'cancel' ? 'cancelled' : 'engine-error', reason);
      return 'done';
    }
  }

  #goesBack(live: LiveRun, ruby: Ruby, why: string): boolean {
    if (live.stopping === 'cancel' || !live.mayTryAgain(ruby.name)) return false;
    live.run.requeue(ruby.name, why);
    return true;
  }
}
