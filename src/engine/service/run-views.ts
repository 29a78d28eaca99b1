import type { Scheduler } from '../schedule/scheduler.ts';
import type { LiveRun } from './live-run.ts';
import type { RunRegistry } from './run-registry.ts';
import type { FoundRuns, RunQuery } from './archive/run-query.ts';
import { summaryOf } from './archive/run-summary.ts';
import type { RunView } from './intake/submission.ts';

/** Makes the views of runs, finished or not. */
export class RunViews {
  readonly #registry: RunRegistry;
  readonly #scheduler: Scheduler;

  constructor(registry: RunRegistry, scheduler: Scheduler) {
    this.#registry = registry;
    this.#scheduler = scheduler;
  }

  of(live: LiveRun): RunView {
    const queuePosition = this.#scheduler.positions().get(live.id) ?? null;
    return { run: live.record, attempts: live.ticket.attempts, queuePosition };
  }

  async find(id: string): Promise<RunView | null> {
    const live = this.#registry.live(id);
    if (live !== undefined) return this.of(live);
    const { archive } = this.#registry;
    const run = await archive.read(id);
    return run === null ? null : { run, attempts: archive.attempts(id), queuePosition: null };
  }

  /** Searches the runs; unfinished ones are shown as they are now. */
  async search(query: RunQuery): Promise<FoundRuns> {
    const registry = this.#registry;
    const found = await registry.archive.search(query, (id) => registry.live(id) !== undefined);
    const runs = found.runs.map((one) => {
      const live = registry.live(one.id);
      return live === undefined ? one : summaryOf(live.record);
    });
    return { ...found, runs };
  }

  /**
   * Versions the view of a run: the text changes whenever the view does; null where that is not known without
   * reading the run.
   */
  stateOf(id: string): string | null {
    const live = this.#registry.live(id);
    if (live === undefined) return this.#registry.archive.finishedAt(id);
    return `${live.version} ${this.#scheduler.positions().get(id) ?? ''}`;
  }
}
