import { liveBytes } from '../../domain/measurement/sample.ts';
import type { CellCode } from '../../domain/measurement/cell-codes.ts';
import type { CellId } from '../../domain/cell/cell-id.ts';
import { nameOf, type Configuration } from '../../domain/cell/configuration.ts';
import type { RunEvent } from '../../domain/run/event.ts';
import type { Explanation } from '../../domain/leak/explanation.ts';
import type { CellRepeats } from '../../domain/measurement/repeats.ts';
import { scriptOf } from '../../domain/run/script-variant.ts';
import { explanationIn } from '../../explain/same-lines.ts';
import type { CellRecord, CellState, RunRecord, RunState } from '../../domain/run/record.ts';
import { isAnswer } from '../measure/known-cell.ts';
import { advised } from './advice.ts';
import { failedCell, inState, queuedCell } from '../measure/cell-record.ts';
import type { CellJob, CellWatcher, ExplainJob, MeasuredCell } from '../cell-runner.ts';
import type { Due } from '../explain/choose.ts';
import { observedLoop } from '../explain/observed-loop.ts';
import { unexplained } from '../explain/unexplained.ts';
import type { Clock, DescribeResult, Store } from '../ports.ts';
import { summarised, withCell } from './run-record.ts';

export interface RunKeeping {
  readonly store: Pick<Store, 'saveRun' | 'saveTrace' | 'cells'>;
  readonly clock: Clock;
  readonly describeResult: DescribeResult;
  emit(event: RunEvent): void;
}

/** A running run: the only place that changes its record, stores it and reports it. */
export class Run {
  record: RunRecord;
  readonly #keeping: RunKeeping;

  constructor(record: RunRecord, keeping: RunKeeping) {
    this.record = record;
    this.#keeping = keeping;
  }

  /**
   * Stores the record in this state and reports it.
   * @throws {StoreError}
   */
  async enter(state: RunState): Promise<void> {
    this.record = { ...this.record, state };
    await this.#keeping.store.saveRun(this.record);
    this.#keeping.emit({ type: 'run', run: this.record });
  }

  /** Reports a cell that is being measured; nothing of the result is stored yet. */
  watcherOf({ id, ruby }: Configuration): CellWatcher {
    return {
      state: (state, detail) => this.#move(id, state, detail),
      sample: (sample, slope) =>
        this.#keeping.emit({
          type: 'sample',
          cell: id,
          ruby: ruby.name,
          iterations: sample.iterations,
          afterMs: sample.afterMs,
          bytes: liveBytes(sample),
          liveSlots: sample.liveSlots,
          slope,
        }),
    };
  }

  /**
   * Stores a measured cell and reports it.
   * @throws {StoreError}
   */
  async keep({ cell: measured, traces, offered = null }: Omit<MeasuredCell, 'image'>): Promise<void> {
    const { id: run, options } = this.record;
    const { id, ruby } = measured;
    for (const { pass, trace, bands } of traces) {
      const { samples, histograms } = trace;
      const loops = bands === undefined ? {} : { bands };
      await this.#keeping.store.saveTrace(run, { cell: id, ruby, pass, samples, histograms, ...loops });
    }
    const { text } = scriptOf(this.record, measured);
    const cell = advised(measured, { text, args: options.args, offered });
    this.#put(cell);
    await this.#keeping.store.saveRun(this.record);
    if (isAnswer(cell) && cell.from === null && cell.fingerprint !== null)
      await this.#keeping.store.cells?.note(cell.fingerprint, run);
    this.#keeping.emit({ type: 'cell', cell });
  }

  /**
   * Reports that a cell is being explained, and returns its job.
   * @param comparedWith for a comparison: the cells whose leaks it is shown beside
   */
  explaining(cell: CellJob, role: Due['role'], comparedWith: readonly CellId[]): ExplainJob {
    const { id } = cell.configuration;
    const measured = this.#cell(id);
    const leaking = role === 'leak' ? [] : comparedWith.map((one) => this.#cell(one));
    const own = scriptOf(this.record, measured);
    const leaks = leaking.flatMap((one) =>
      one.explanation === null ? [] : [explanationIn(one.explanation, scriptOf(this.record, one), own)],
    );
    const detail = role === 'leak' ? 'naming the leak' : 'comparing with the leak';
    const { ruby } = measured;
    this.#keeping.emit({ type: 'cell-state', cell: id, ruby, state: 'explaining', detail });
    const job = { cell, role, measured, leaks };
    if (role === 'leak') return { ...job, subject: measured.loops };
    return { ...job, comparedWith, ...observedLoop(leaking[0] ?? measured, measured) };
  }

  /**
   * Stores the explanation of a cell and reports it.
   * @throws {StoreError}
   */
  async keepExplanation(id: CellId, explanation: Explanation): Promise<void> {
    const cell = { ...this.#cell(id), explanation };
    this.#put(cell);
    await this.#keeping.store.saveRun(this.record);
    this.#keeping.emit({ type: 'cell', cell });
  }

  /** Reports that cells are being compared, and returns their records. */
  comparing(ids: readonly CellId[]): readonly CellRecord[] {
    const cells = ids.map((id) => this.#cell(id));
    for (const { id, ruby } of cells)
      this.#keeping.emit({
        type: 'cell-state',
        cell: id,
        ruby,
        state: 'comparing',
        detail: 'in turns with the cells that it is compared with',
      });
    return cells;
  }

  /**
   * Stores the comparison of cells and reports it.
   * @throws {StoreError}
   */
  async keepRepeats(found: readonly (readonly [CellId, CellRepeats])[]): Promise<void> {
    for (const [id, repeats] of found) this.#put({ ...this.#cell(id), repeats });
    await this.#keeping.store.saveRun(this.record);
    for (const [id] of found) this.#keeping.emit({ type: 'cell', cell: this.#cell(id) });
  }

  /** Marks a cell as not explained. Stored with the next change of the run. */
  leaveUnexplained(id: CellId, role: Due['role'], why: string): void {
    const cell = { ...this.#cell(id), explanation: unexplained(role, why) };
    this.#put(cell);
    this.#keeping.emit({ type: 'cell', cell });
  }

  /** Marks a cell as not measured. Stored with the next change of the run. */
  abandonCell(
    id: CellId,
    kind: 'cancelled' | 'image-unavailable' | 'engine-error',
    code: CellCode,
    message: string,
  ): void {
    const failure = { kind, stage: 'queued', code, message, line: null } as const;
    const cell = failedCell(this.#cell(id), failure, null, 0);
    this.#put(cell);
    this.#keeping.emit({ type: 'cell', cell });
  }

  /** Adds cells to measure, in their place among all candidates. */
  include(cells: readonly Configuration[], all: readonly Configuration[]): void {
    const there = new Set(this.record.cells.map(({ id }) => id));
    const more = cells.filter(({ id }) => !there.has(id)).map((cell) => queuedCell(nameOf(cell)));
    if (more.length === 0) return;
    const byId = new Map([...this.record.cells, ...more].map((cell) => [cell.id, cell]));
    const ordered = all.flatMap(({ id }) => byId.get(id) ?? []);
    this.record = summarised({ ...this.record, cells: ordered }, this.#keeping.describeResult);
    this.#keeping.emit({ type: 'run', run: this.record });
  }

  /** Puts a cell back into the queue. */
  requeue(id: CellId, why: string): void {
    this.#move(id, 'queued', why);
  }

  /**
   * Finishes the run, which counts as finished once that is stored.
   * @throws {StoreError}
   */
  async finish(cancelled: boolean): Promise<RunRecord> {
    const state = cancelled ? 'cancelled' : 'done';
    const { clock, describeResult } = this.#keeping;
    const record = summarised({ ...this.record, state, finishedAt: clock.timestamp() }, describeResult);
    await this.#keeping.store.saveRun(record);
    this.record = record;
    this.#keeping.emit({ type: 'done', run: this.record });
    return this.record;
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
    this.record = summarised(withCell(this.record, cell), this.#keeping.describeResult);
  }
}
