import { messageOf } from '../../domain/message-of.ts';
import type { CellId } from '../../domain/cell/cell-id.ts';
import type { RunRecord } from '../../domain/run/record.ts';
import type { MeasuredCell } from '../cell-runner.ts';
import type { Keeper } from '../schedule/ports.ts';
import type { ScheduledRun, Work } from '../schedule/scheduled-run.ts';
import type { LiveRun } from './live-run.ts';
import type { ServiceParts } from './ports.ts';
import type { RunArchive } from './archive/run-archive.ts';
import { storedRequest } from './ticket.ts';
import { storeWithRetry } from './archive/store-with-retry.ts';

export type RegistryParts = Pick<ServiceParts, 'store' | 'log' | 'observer'>;

const FIRST_GUESS_SECONDS = 5;

/**
 * Holds every run of the service: unfinished ones, and the archive of finished ones. Other parts look runs up
 * here; it depends on none of them.
 */
export class RunRegistry implements Keeper {
  readonly archive: RunArchive;
  /** Average seconds that recent cells took. */
  secondsPerCell = FIRST_GUESS_SECONDS;
  /** Whether the service is shutting down: what is not stored now is left to the next start. */
  isClosing = false;
  readonly #parts: RegistryParts;
  readonly #live = new Map<string, LiveRun>();
  /** Runs that are being stored for the first time: none of them can be cancelled before that is done. */
  readonly #accepting = new Map<string, Promise<unknown>>();

  constructor(parts: RegistryParts, archive: RunArchive) {
    this.#parts = parts;
    this.archive = archive;
  }

  /** Finds an unfinished run. */
  live(id: string): LiveRun | undefined {
    return this.#live.get(id);
  }

  lives(): readonly LiveRun[] {
    return [...this.#live.values()];
  }

  /** Lists runs of which nothing was measured yet. */
  waiting(): readonly LiveRun[] {
    return this.lives().filter((live) => live.record.state === 'queued');
  }

  /** Tells whether a cell of a run is being measured. */
  isMeasuring(id: string, cell: CellId): boolean {
    return this.#live.get(id)?.scheduled.measuring.has(cell) ?? false;
  }

  add(live: LiveRun): void {
    this.#live.set(live.id, live);
  }

  /**
   * Stores an accepted run. It counts from the moment of the call, so that many at once cannot exceed the limit.
   * @throws {StoreError}
   */
  async accept(live: LiveRun): Promise<void> {
    this.add(live);
    const accepted = this.#storeNew(live);
    this.#accepting.set(live.id, accepted);
    try {
      await accepted;
    } finally {
      this.#accepting.delete(live.id);
    }
  }

  /** Waits until a run that is being accepted is stored. */
  async accepted(id: string): Promise<void> {
    await this.#accepting.get(id)?.catch(() => undefined);
  }

  async #storeNew(live: LiveRun): Promise<void> {
    const { store } = this.#parts;
    this.archive.note(live.record, live.ticket);
    try {
      const { request } = await live.scheduled.wholePlan();
      await store.saveTicket(live.id, { ...live.ticket, request: storedRequest(request) });
      await live.run.enter('queued');
      live.scheduled.isStored();
    } catch (error) {
      this.#live.delete(live.id);
      await store.removeRun(live.id).catch(() => {});
      this.archive.forget(live.id);
      throw error;
    }
  }

  store(run: ScheduledRun, work: () => Promise<void>): Promise<boolean> {
    const { log } = this.#parts;
    return storeWithRetry(work, { run: run.id, log, stopped: () => run.stopping !== null });
  }

  measured(run: ScheduledRun, { cell, image }: MeasuredCell): void {
    const live = this.#live.get(run.id);
    if (image !== null) live?.ranIn(cell.id, image);
    if (live !== undefined) this.archive.note(live.record, live.ticket);
    this.#parts.observer.cellDone(cell);
  }

  /** Fails the cell of an unexpected error, so that the others are measured. */
  survives(run: ScheduledRun, { cell, role }: Work, error: unknown): boolean {
    const reason = messageOf(error);
    const bug = error instanceof Error ? error.stack : undefined;
    const what = role === null ? 'a cell could not be measured' : 'a cell could not be explained';
    this.#parts.log.error({ run: run.id, cell: cell.id, reason, bug }, what);
    return true;
  }

  async finish({ id }: ScheduledRun): Promise<void> {
    const live = this.#live.get(id);
    if (live === undefined) return;
    let record: RunRecord | null = null;
    const store = async (): Promise<void> => {
      record ??= await live.run.finish(live.scheduled.stopping === 'cancel');
      await this.archive.keep(record, { ...live.ticket, request: null });
    };
    try {
      // If the service is stopped meanwhile, the run stays unfinished on disk and the next start resumes it.
      const { log } = this.#parts;
      await storeWithRetry(store, { run: id, log, stopped: () => this.isClosing });
      this.#learn(live.record);
    } catch (error) {
      this.complain(id, error);
    }
    this.#live.delete(id);
    live.close();
    await this.archive.prune().catch((error: unknown) => this.complain(id, error));
  }

  /** Logs a run that could not be stored or removed. */
  complain(run: string, error: unknown): void {
    const reason = messageOf(error);
    this.#parts.log.error({ run, reason }, 'a run could not be stored or removed');
  }

  /** Remembers how long cells take. */
  #learn(run: RunRecord): void {
    for (const { seconds } of run.cells) {
      if (seconds > 0) this.secondsPerCell += (seconds - this.secondsPerCell) / 8;
    }
  }
}
