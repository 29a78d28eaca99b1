import { cellsToMeasure } from '../../domain/bisect/bisect.ts';
import type { CellId } from '../../domain/cell/cell-id.ts';
import type { Configuration } from '../../domain/cell/configuration.ts';
import type { RunRecord } from '../../domain/run/record.ts';
import type { Limits } from '../../domain/ruby/ruby.ts';
import type { CellJob } from '../cell-runner.ts';
import { dueRepeats, type RepeatGroup } from '../compare/due.ts';
import { dueExplanations, type Due } from '../explain/choose.ts';
import { cellJobs } from '../plan/plan-run.ts';
import type { RunPlan } from '../plan/run-plan.ts';
import type { Run } from '../run/run.ts';
import type { HeldPlan, Outline } from './held-plan.ts';

/**
 * A piece of work: a cell to be measured, to be compared with others (then it is their base), or (with a role) to be
 * explained.
 */
export interface Work {
  readonly cell: Configuration;
  readonly role: Due['role'] | null;
  /** The cells that take turns, the base first; null where none are compared. */
  readonly group: RepeatGroup | null;
  /** The cells whose leaks this one is compared with; absent for other work. */
  readonly comparedWith?: readonly CellId[];
}

/** A run that is not finished, and the progress of its cells. */
export class ScheduledRun {
  readonly run: Run;
  /** Client whose turns it takes. */
  readonly client: string;
  /** The cells that are measured or explained now. */
  readonly measuring = new Set<CellId>();
  /** Controllers that remove waiting work from the queue, one for each piece. */
  readonly waiting = new Set<AbortController>();
  /** Whether the run is being stored for the last time. */
  isEnding = false;
  readonly #held: HeldPlan;
  readonly #limits: Limits;
  readonly #abort = new AbortController();
  readonly #tries = new Map<string, number>();
  #stopping: 'cancel' | 'drain' | null = null;
  #jobs: Promise<(cell: Configuration) => CellJob> | null = null;

  constructor(run: Run, held: HeldPlan, client: string, limits: Limits) {
    this.run = run;
    this.#held = held;
    this.client = client;
    this.#limits = limits;
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

  /**
   * Loads the plan with script and files.
   * @throws {StoreError} where they can't be read from disk
   */
  wholePlan(): Promise<RunPlan> {
    return this.#held.whole();
  }

  /** Records that the request is on disk, so that it need not stay in memory. */
  isStored(): void {
    this.#held.putDown();
  }

  /** Signal that is aborted when the results are no longer wanted. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get stopping(): 'cancel' | 'drain' | null {
    return this.#stopping;
  }

  /** Tells whether some of its work is running or waiting. */
  get isBusy(): boolean {
    return this.measuring.size > 0 || this.waiting.size > 0;
  }

  get isMeasured(): boolean {
    return this.record.cells.every((cell) => cell.state === 'done');
  }

  /** Tells whether it is a search, which decides what to measure next before all running cells are done. */
  get isSearch(): boolean {
    return this.record.bisect !== null;
  }

  /**
   * Chooses the next work: cells, then comparisons, then leaks, then clean cells beside them. While some
   * work is running, only a search has more.
   * @param atOnce cells that can be measured side by side
   */
  due(atOnce = 1): readonly Work[] {
    const { cells, request } = this.plan;
    const open = new Set(this.record.cells.flatMap((cell) => (cell.state === 'done' ? [] : [cell.id])));
    const missing = cells.filter((cell) => open.has(cell.id));
    if (missing.length > 0 && !this.isBusy) return missing.map((cell) => ({ cell, role: null, group: null }));
    if (this.isSearch) {
      const searched = this.#searched(Math.max(1, atOnce - open.size));
      if (searched.length > 0 || this.isBusy) return searched;
    }
    const compared = this.isSearch ? [] : this.#compared();
    if (compared.length > 0) return compared;
    const explained = request.options.explain ? dueExplanations(this.record.cells, cells) : [];
    return explained.map((due) => ({ ...due, group: null }));
  }

  #compared(): readonly Work[] {
    const { cells } = this.plan;
    return dueRepeats(this.record).flatMap((group) => {
      const base = cells.find(({ id }) => id === group[0]);
      return base === undefined ? [] : [{ cell: base, role: null, group }];
    });
  }

  #searched(atOnce: number): readonly Work[] {
    const { bisect, cells: measured } = this.record;
    if (bisect === null) return [];
    const next = new Set(cellsToMeasure(bisect, measured, atOnce));
    return this.plan.cells
      .filter(({ id }) => next.has(id))
      .map((cell) => ({ cell, role: null, group: null }));
  }

  /** Ends the containers of the run; a cancelled run stays cancelled. */
  stop(why: 'cancel' | 'drain'): void {
    if (this.#stopping !== 'cancel') this.#stopping = why;
    this.#abort.abort();
  }

  /** Removes the run's waiting work from the queue. */
  leaveQueue(): void {
    for (const leave of this.waiting) leave.abort();
    this.waiting.clear();
  }

  /** Counts a failed attempt; false when it was the last one allowed. */
  mayTryAgain(what: string, most: number): boolean {
    const tries = (this.#tries.get(what) ?? 0) + 1;
    this.#tries.set(what, tries);
    return tries < most;
  }

  /** Records that a cell is no longer being measured or explained. */
  leave(cell: CellId): void {
    this.measuring.delete(cell);
    if (this.measuring.size === 0 && !this.#held.isLight) this.#jobs = null;
  }

  /**
   * Makes the job of a cell.
   * @throws {StoreError} where the plan can't be read from disk
   */
  async jobOf(cell: Configuration): Promise<CellJob> {
    const jobs = (this.#jobs ??= this.wholePlan().then((plan) => cellJobs(plan, this.#limits, this.id)));
    try {
      return { ...(await jobs)(cell), client: this.client };
    } catch (error) {
      // A later attempt may succeed in reading the plan.
      this.#jobs = null;
      throw error;
    }
  }
}
