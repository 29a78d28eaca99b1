import type { Scheduler } from '../schedule/scheduler.ts';
import type { LiveRun } from './live-run.ts';
import type { RunRegistry } from './run-registry.ts';
import { newestFirst, summaryOf, type RunSummary } from './archive/run-index.ts';
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

  /** Lists all runs, newest first. */
  async list(): Promise<readonly RunSummary[]> {
    const { archive } = this.#registry;
    const isLive = (id: string): boolean => this.#registry.live(id) !== undefined;
    await archive.refresh(isLive);
    const live = this.#registry.lives().map((one) => summaryOf(one.record));
    const stored = archive.summaries().filter(({ id }) => !isLive(id));
    return [...live, ...stored].toSorted(newestFirst);
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
