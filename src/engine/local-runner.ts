import type { Explanation } from '../domain/leak/explanation.ts';
import type { CellJob, CellRunner, CellWatcher, ExplainJob, MeasuredCell, RepeatJob } from './cell-runner.ts';
import { repeatCells } from './compare/repeat-cells.ts';
import { explainCell } from './explain/explain-cell.ts';
import { readHere, type ReadLeak } from './explain/leak-readers.ts';
import { measureCell } from './measure/measure-cell.ts';
import type { KnownCells } from './measure/known-cell.ts';
import { otherHost } from './other-host.ts';
import type { Clock, Containers } from './ports.ts';

export interface LocalRunnerParts {
  readonly containers: Containers;
  readonly clock: Clock;
  /** Containers that may run at the same time: where one is free, a leak is confirmed while it is still measured. */
  readonly places: number;
  /** Cells that earlier runs measured; null: every cell is measured. */
  readonly known?: KnownCells | null;
  /** Reads reports on leaks; by default on the calling thread. */
  readonly readLeak?: ReadLeak;
}

/** Measures in containers of an engine that this process is connected to. */
export class LocalRunner implements CellRunner {
  readonly #parts: LocalRunnerParts;
  /** Places that are taken: by cells, and by containers beside one. */
  #busy = 0;
  /** Containers that are being removed, by run. */
  readonly #removals = new Map<string, Set<Promise<void>>>();

  constructor(parts: LocalRunnerParts) {
    this.#parts = parts;
  }

  measure(job: CellJob, watcher: CellWatcher, signal: AbortSignal): Promise<MeasuredCell> {
    return this.#measure(job, this.#parts.known ?? null, watcher, signal);
  }

  /** Makes the same runner with other knowledge of cells that earlier runs measured. */
  knowing(known: KnownCells): CellRunner {
    return {
      measure: (job, watcher, signal) => this.#measure(job, known, watcher, signal),
      explain: (job, signal) => this.explain(job, signal),
      repeat: (job, signal) => this.repeat(job, signal),
      removed: (runId) => this.removed(runId),
    };
  }

  async #measure(
    job: CellJob,
    known: KnownCells | null,
    watcher: CellWatcher,
    signal: AbortSignal,
  ): Promise<MeasuredCell> {
    const { containers, clock, places } = this.#parts;
    const onRemoval = this.#noteRemoval(job.runId);
    const beside = {
      enter: (): boolean => {
        if (this.#busy >= places) return false;
        this.#busy += 1;
        return true;
      },
      leave: (): void => void (this.#busy -= 1),
    };
    const measuring = { containers, clock, known, beside, onRemoval };
    const measured = await this.#counted(() => measureCell(job, measuring, watcher, signal));
    const { cell, image } = measured;
    // A cell of an earlier run keeps the host of that run.
    const host = image === null || cell.from !== null ? cell.host : (containers.host ?? null);
    return { ...measured, cell: { ...cell, host } };
  }

  async explain(job: ExplainJob, signal: AbortSignal): Promise<Explanation> {
    const { containers, clock, readLeak = readHere } = this.#parts;
    const onRemoval = this.#noteRemoval(job.cell.runId);
    const explaining = { containers, clock, onRemoval, readLeak };
    const explanation = await this.#counted(() => explainCell(job, explaining, signal));
    // A cell of an earlier run may be of another machine.
    const host = otherHost(job.measured, containers.host);
    return host === null ? explanation : { ...explanation, host };
  }

  repeat(job: RepeatJob, signal: AbortSignal): ReturnType<CellRunner['repeat']> {
    const { containers, clock } = this.#parts;
    const runId = job.cells[0]?.job.runId ?? '';
    const onRemoval = this.#noteRemoval(runId);
    return this.#counted(() => repeatCells(job, { containers, clock, onRemoval }, signal));
  }

  async #counted<T>(work: () => Promise<T>): Promise<T> {
    this.#busy += 1;
    try {
      return await work();
    } finally {
      this.#busy -= 1;
    }
  }

  async removed(runId: string): Promise<void> {
    const removals = this.#removals.get(runId);
    if (removals !== undefined) await Promise.all(removals);
  }

  /**
   * Makes a function that collects the removals of a run. A container that cannot be removed now is found by
   * its label at the next start.
   */
  #noteRemoval(runId: string): (removal: PromiseLike<void>) => void {
    return (removal) => {
      const removals = this.#removals.get(runId) ?? new Set();
      this.#removals.set(runId, removals);
      const settled: Promise<void> = Promise.resolve(removal)
        .catch(() => undefined)
        .finally(() => {
          removals.delete(settled);
          if (removals.size === 0 && this.#removals.get(runId) === removals) this.#removals.delete(runId);
        });
      removals.add(settled);
    };
  }
}
