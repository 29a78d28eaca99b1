import { setTimeout as sleep } from 'node:timers/promises';
import PQueue from 'p-queue';
import { Backlog, type TurnOptions } from './backlog.ts';
import type { SchedulerParts } from './ports.ts';
import type { ScheduledRun, Work } from './scheduled-run.ts';
import { takeTurn } from './take-turn.ts';

/** Time for stopped containers to be removed; the next sweep takes care of the rest. */
const LAST_MS = 15_000;

/** Time between two looks at what still runs. */
const LOOK_MS = 50;

const UNMEASURED = 'cancelled before it was measured';

/**
 * Measures and explains the cells of runs, a bounded number at a time and in fair order, while the engine
 * answers.
 */
export class Scheduler {
  readonly #parts: SchedulerParts;
  readonly #backlog = new Backlog();
  readonly #queue: PQueue<Backlog, TurnOptions>;
  #jobs: number;
  #draining = false;
  #turns = 0;

  constructor(parts: SchedulerParts) {
    this.#parts = parts;
    this.#jobs = parts.jobs;
    const autoStart = parts.engine.isUp;
    this.#queue = new PQueue({ concurrency: parts.jobs, autoStart, queueClass: giving(this.#backlog) });
    parts.engine.onChange((up) => {
      if (up && !this.#draining) this.#queue.start();
      else this.#queue.pause();
    });
  }

  /** Cells that run side by side. */
  get jobs(): number {
    return this.#jobs;
  }

  set jobs(jobs: number) {
    this.#jobs = jobs;
    this.#adjust();
  }

  /** Lets as many turns begin as there are jobs, and a few more where clients wait, if the runner chooses among them. */
  #adjust(): void {
    const { turnsPerClient = 0 } = this.#parts;
    this.#queue.concurrency = this.#jobs + turnsPerClient * this.#backlog.clients;
  }

  /** Lets the last cell that waits begin beside the others. */
  #letLastBegin(run: ScheduledRun): void {
    const { lastBeside = false } = this.#parts;
    const isLast = this.#backlog.size === 1 && this.#queue.pending === this.#jobs;
    if (lastBeside && this.#jobs > 1 && isLast && !run.isMeasured && !run.isSearch)
      this.#queue.concurrency = this.#jobs + 1;
  }

  get measuring(): number {
    return this.#queue.pending;
  }

  get waitingCells(): number {
    return this.#backlog.size;
  }

  /** Numbers every waiting run by its position in the queue, from 1. */
  positions(): ReadonlyMap<string, number> {
    return new Map(this.#backlog.order().map((id, index) => [id, index + 1]));
  }

  /**
   * Queues the next work of a run, or finishes it when none is left. While work of it is running, only a
   * search that knows enough continues.
   */
  async advance(run: ScheduledRun): Promise<void> {
    if (run.isBusy && !run.isSearch) return;
    const due = run.stopping === 'cancel' ? [] : run.due(this.#jobs);
    run.run.include(
      due.map(({ cell }) => cell),
      run.plan.cells,
    );
    for (const work of due) this.#enqueue(run, work);
    this.#letLastBegin(run);
    if (due.length > 0 || run.isBusy || !run.isMeasured || run.isEnding) return;
    run.isEnding = true;
    await this.#parts.runner.removed(run.id);
    await this.#parts.keeper.finish(run);
  }

  /** Cancels a run: waiting work is dropped, running work is stopped. */
  async cancel(run: ScheduledRun): Promise<void> {
    run.stop('cancel');
    run.leaveQueue();
    // Every cell, not only the waiting ones: nothing waits while the service shuts down.
    for (const { id, state } of run.record.cells) {
      const isOpen = state !== 'done' && !run.measuring.has(id);
      if (isOpen) run.run.abandonCell(id, 'cancelled', 'cancelled', UNMEASURED);
    }
    await this.advance(run);
  }

  /** Starts nothing more, waits for running work, and stops what takes too long. */
  async drain(limitMs: number, runs: () => Iterable<ScheduledRun>): Promise<void> {
    this.#draining = true;
    this.#queue.pause();
    const unbegun = this.#parts.runner.drain?.() ?? (() => 0);
    await this.#idle(limitMs, unbegun);
    for (const run of runs()) if (run.measuring.size > 0) run.stop('drain');
    await this.#idle(LAST_MS, () => 0);
  }

  /** Waits until every turn is over whose work has begun, or the limit is. */
  async #idle(limitMs: number, unbegun: () => number): Promise<void> {
    const limit = AbortSignal.timeout(limitMs);
    // Work that a lost worker had begun comes back without a turn being over.
    while (this.#queue.pending > unbegun() && !limit.aborted)
      await Promise.race([this.#queue.onPendingZero(), sleep(LOOK_MS, undefined, { ref: false })]);
  }

  #enqueue(run: ScheduledRun, work: Work): void {
    const leave = new AbortController();
    run.waiting.add(leave);
    this.#turns += 1;
    const options = { id: String(this.#turns), client: run.client, run: run.id, signal: leave.signal };
    const turn = (): Promise<void> => {
      // It has left the queue: from here on only the run's own signal ends it.
      run.waiting.delete(leave);
      return this.#turn(run, work);
    };
    this.#queue.add(turn, options).catch((error: unknown) => {
      if (!leave.signal.aborted) this.#parts.keeper.survives(run, work, error);
    });
    this.#adjust();
  }

  async #turn(run: ScheduledRun, work: Work): Promise<void> {
    const { cell, role, group } = work;
    const spare = this.#jobs - this.#queue.pending;
    run.measuring.add(cell.id);
    this.#letLastBegin(run);
    const next = await takeTurn(run, work, this.#parts, spare).finally(() => run.leave(cell.id));
    this.#adjust();
    if (next === 'later') return;
    if (next === 'end') return this.cancel(run);
    if (next === 'again' && run.stopping !== 'cancel') return this.#enqueue(run, work);
    const isOpen = role === null && group === null;
    if (next === 'again' && isOpen) run.run.abandonCell(cell.id, 'cancelled', 'cancelled', UNMEASURED);
    await this.advance(run);
  }
}

/** Makes a queue class for PQueue that is this backlog. */
function giving(backlog: Backlog): new () => Backlog {
  return function give() {
    return backlog;
  } as unknown as new () => Backlog;
}
