import type { Explanation } from '../domain/leak/explanation.ts';
import type { CellJob, CellRunner, CellWatcher, ExplainJob, MeasuredCell, RepeatJob } from './cell-runner.ts';
import { repeatCells } from './compare/repeat-cells.ts';
import { explainCell } from './explain/explain-cell.ts';
import { readHere, type ReadLeak } from './explain/leak-readers.ts';
import { measureCell } from './measure/measure-cell.ts';
import type { KnownCells } from './measure/known-cell.ts';
import type { Clock, Containers } from './ports.ts';

export interface LocalRunnerParts {
  readonly containers: Containers;
  readonly clock: Clock;
  /** Cells that earlier runs measured; null: every cell is measured. */
  readonly known?: KnownCells | null;
  /** Reads reports on leaks; by default on the calling thread. */
  readonly readLeak?: ReadLeak;
}

/** Measures in containers of an engine that this process is connected to. */
export class LocalRunner implements CellRunner {
  readonly #parts: LocalRunnerParts;
  /** Containers that are being removed, by run. */
  readonly #removals = new Map<string, Set<Promise<void>>>();

  constructor(parts: LocalRunnerParts) {
    this.#parts = parts;
  }

  measure(job: CellJob, watcher: CellWatcher, signal: AbortSignal): Promise<MeasuredCell> {
    const { containers, clock, known = null } = this.#parts;
    const onRemoval = this.#noteRemoval(job.runId);
    return measureCell(job, { containers, clock, known, onRemoval }, watcher, signal);
  }

  explain(job: ExplainJob, signal: AbortSignal): Promise<Explanation> {
    const { containers, clock, readLeak = readHere } = this.#parts;
    const onRemoval = this.#noteRemoval(job.cell.runId);
    return explainCell(job, { containers, clock, onRemoval, readLeak }, signal);
  }

  repeat(job: RepeatJob, signal: AbortSignal): ReturnType<CellRunner['repeat']> {
    const { containers, clock } = this.#parts;
    const runId = job.cells[0]?.job.runId ?? '';
    return repeatCells(job, { containers, clock, onRemoval: this.#noteRemoval(runId) }, signal);
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
