import type { CellId } from '../domain/cell-id.ts';
import type { RunEvent } from '../domain/event.ts';
import type { Explanation } from '../domain/explanation.ts';
import type { CellRecord, CellState, RunRecord, RunState } from '../domain/record.ts';
import { advised } from './advice.ts';
import { failedCell, inState, queuedCell } from './cell-record.ts';
import type { Due } from './explain/choose.ts';
import { explainCell } from './explain/explain-cell.ts';
import { readHere, type ReadLeak } from './explain/leak-readers.ts';
import { unexplained } from './explain/unexplained.ts';
import { measureCell, type CellPlan, type CellWatcher, type MeasuredCell } from './measure-cell.ts';
import type { Clock, Containers, Store } from './ports.ts';
import { summarised, withCell } from './run-record.ts';

export interface RunKeeping {
  readonly store: Store;
  readonly clock: Clock;
  /** Reads what is said of a leak. On the calling thread where none is given. */
  readonly readLeak?: ReadLeak;
  emit(event: RunEvent): void;
}

/** A run under way: the one place that changes its record, stores it and tells of it. */
export class Run {
  record: RunRecord;
  readonly #keeping: RunKeeping;
  /** Containers that are being removed; a run is finished when they are gone. */
  readonly #leaving = new Set<PromiseLike<void>>();

  constructor(record: RunRecord, keeping: RunKeeping) {
    this.record = record;
    this.#keeping = keeping;
  }

  /**
   * Stores the record in this state and tells of it.
   * @throws {StoreError}
   */
  async enter(state: RunState): Promise<void> {
    this.record = { ...this.record, state };
    await this.#keeping.store.saveRun(this.record);
    this.#keeping.emit({ type: 'run', run: this.record });
  }

  /** Measures one cell; nothing of the outcome is kept yet. */
  async attempt(plan: CellPlan, containers: Containers, signal: AbortSignal): Promise<MeasuredCell> {
    const { id } = plan.configuration;
    const watcher: CellWatcher = {
      state: (state, detail) => this.#move(id, state, detail),
      sample: (sample, slope) =>
        this.#keeping.emit({
          type: 'sample',
          cell: id,
          ruby: plan.configuration.ruby.name,
          iterations: sample.iterations,
          afterMs: sample.afterMs,
          bytes: sample.mallocBytes + sample.slotBytes,
          liveSlots: sample.liveSlots,
          slope,
        }),
      leaving: (gone) => this.#await(gone),
    };
    const measured = await measureCell(plan, containers, this.#keeping.clock, watcher, signal);
    const { script, options } = this.record;
    return { ...measured, cell: advised(measured.cell, { text: script.text, args: options.args }) };
  }

  /**
   * Stores a measured cell and tells of it.
   * @throws {StoreError}
   */
  async keep({ cell, traces }: MeasuredCell): Promise<void> {
    for (const { pass, trace } of traces) {
      const { samples, histograms } = trace;
      const { id, ruby } = cell;
      await this.#keeping.store.saveTrace(this.record.id, { cell: id, ruby, pass, samples, histograms });
    }
    this.#put(cell);
    await this.#keeping.store.saveRun(this.record);
    this.#keeping.emit({ type: 'cell', cell });
  }

  /** Looks into a cell that is done; nothing of what is found is kept yet. */
  explain(
    plan: CellPlan,
    role: Due['role'],
    containers: Containers,
    signal: AbortSignal,
  ): Promise<Explanation> {
    const { id } = plan.configuration;
    const measured = this.#cell(id);
    const found = this.record.cells.flatMap(({ explanation }) => explanation ?? []);
    const leaks = role === 'leak' ? [] : found.filter((explanation) => explanation.role === 'leak');
    const detail = role === 'leak' ? 'naming the leak' : 'comparing with the leak';
    this.#keeping.emit({
      type: 'cell-state',
      cell: id,
      ruby: measured.ruby,
      state: 'explaining',
      detail,
    });
    const { clock, readLeak = readHere } = this.#keeping;
    const leaving = (gone: PromiseLike<void>): void => this.#await(gone);
    const leaking = this.record.cells.find((cell) => cell.explanation?.role === 'leak');
    const subject = (role === 'leak' ? measured : (leaking ?? measured)).loops;
    const explain = { cell: plan, role, measured, subject, leaks, readLeak };
    return explainCell(explain, containers, clock, leaving, signal);
  }

  /**
   * Stores what was found of a cell and tells of it.
   * @throws {StoreError}
   */
  async keepExplanation(id: CellId, explanation: Explanation): Promise<void> {
    const cell = { ...this.#cell(id), explanation };
    this.#put(cell);
    await this.#keeping.store.saveRun(this.record);
    this.#keeping.emit({ type: 'cell', cell });
  }

  /** A cell that nobody will look into. It is stored with the next change of the run. */
  leaveUnexplained(id: CellId, role: Due['role'], why: string): void {
    const cell = { ...this.#cell(id), explanation: unexplained(role, why) };
    this.#put(cell);
    this.#keeping.emit({ type: 'cell', cell });
  }

  /** A cell that will not be measured. It is stored with the next change of the run. */
  giveUp(id: CellId, kind: 'cancelled' | 'image-unavailable' | 'engine-error', message: string): void {
    const cell = failedCell(this.#cell(id), { kind, stage: 'queued', message, line: null }, null, 0);
    this.#put(cell);
    this.#keeping.emit({ type: 'cell', cell });
  }

  /** A cell that is to be measured again. */
  requeue(id: CellId, why: string): void {
    this.#move(id, 'queued', why);
  }

  /** Settles when every container of the run is gone, or could not be removed. */
  async left(): Promise<void> {
    await Promise.all(this.#leaving);
  }

  /**
   * It is finished when that is stored, not before.
   * @throws {StoreError}
   */
  async finish(cancelled: boolean): Promise<RunRecord> {
    await this.left();
    const state = cancelled ? 'cancelled' : 'done';
    const record = summarised({ ...this.record, state, finishedAt: this.#keeping.clock.timestamp() });
    await this.#keeping.store.saveRun(record);
    this.record = record;
    this.#keeping.emit({ type: 'done', run: this.record });
    return this.record;
  }

  /** What cannot be removed now is found by its label at the next start. */
  #await(gone: PromiseLike<void>): void {
    const settled: Promise<void> = Promise.resolve(gone)
      .catch(() => undefined)
      .finally(() => this.#leaving.delete(settled));
    this.#leaving.add(settled);
  }

  #move(id: CellId, state: CellState, detail: string | null): void {
    const cell = inState(queuedCell(this.#cell(id)), state);
    this.record = withCell(this.record, cell);
    this.#keeping.emit({ type: 'cell-state', cell: id, ruby: cell.ruby, state, detail });
  }

  #cell(id: CellId): CellRecord {
    const found = this.record.cells.find((cell) => cell.id === id);
    if (found === undefined) throw new TypeError(`run ${this.record.id} has no cell ${id}`);
    return found;
  }

  #put(cell: CellRecord): void {
    this.record = summarised(withCell(this.record, cell));
  }
}
