import type { Explanation } from '../domain/leak/explanation.ts';
import type { CellJob, CellRunner, CellWatcher, ExplainJob, MeasuredCell } from './cell-runner.ts';
import { explainCell } from './explain/explain-cell.ts';
import { readHere, type ReadLeak } from './explain/leak-readers.ts';
import { measureCell } from './measure/measure-cell.ts';
import type { Clock, Containers } from './ports.ts';

export interface LocalRunnerParts {
  readonly containers: Containers;
  readonly clock: Clock;
  /** Reads what is said of a leak. On the calling thread where none is given. */
  readonly readLeak?: ReadLeak;
}

/** Measures in containers of an engine that this process is connected to. */
export class LocalRunner implements CellRunner {
  readonly #parts: LocalRunnerParts;
  /** Containers that are being removed, by run. */
  readonly #leaving = new Map<string, Set<Promise<void>>>();

  constructor(parts: LocalRunnerParts) {
    this.#parts = parts;
  }

  measure(job: CellJob, watcher: CellWatcher, signal: AbortSignal): Promise<MeasuredCell> {
    const { containers, clock } = this.#parts;
    return measureCell(job, { containers, clock, leaving: this.#leave(job.runId) }, watcher, signal);
  }

  explain(job: ExplainJob, signal: AbortSignal): Promise<Explanation> {
    const { containers, clock, readLeak = readHere } = this.#parts;
    const leaving = this.#leave(job.cell.runId);
    return explainCell(job, { containers, clock, leaving, readLeak }, signal);
  }

  async left(runId: string): Promise<void> {
    const leaving = this.#leaving.get(runId);
    if (leaving !== undefined) await Promise.all(leaving);
  }

  /** Takes removals of a run. What cannot be removed now is found by its label at the next start. */
  #leave(runId: string): (gone: PromiseLike<void>) => void {
    return (gone) => {
      const those = this.#leaving.get(runId) ?? new Set();
      this.#leaving.set(runId, those);
      const settled: Promise<void> = Promise.resolve(gone)
        .catch(() => undefined)
        .finally(() => {
          those.delete(settled);
          if (those.size === 0 && this.#leaving.get(runId) === those) this.#leaving.delete(runId);
        });
      those.add(settled);
    };
  }
}
