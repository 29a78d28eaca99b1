import type { RunRecord } from '../../../domain/run/record.ts';
import { isRunId } from '../../../domain/run/run-id.ts';
import { StoreError } from '../../ports.ts';
import type { ServiceLimits, ServiceParts } from '../ports.ts';
import { isUnfinished } from './recover.ts';
import { expired } from './retention.ts';
import { RunIndex, type RunSummary } from './run-index.ts';
import type { Ticket } from '../ticket.ts';

/**
 * Gives access to the stored runs: reads them on demand, lists them by an index, removes those that are too
 * old or too many.
 */
export class RunArchive {
  readonly #parts: Pick<ServiceParts, 'store' | 'clock' | 'log'>;
  readonly #limits: Pick<ServiceLimits, 'keepDays' | 'keepBytes'>;
  readonly #index = new RunIndex();
  /** Runs that cannot be read and were reported. */
  readonly #unreadable = new Set<string>();

  constructor(
    parts: Pick<ServiceParts, 'store' | 'clock' | 'log'>,
    limits: Pick<ServiceLimits, 'keepDays' | 'keepBytes'>,
  ) {
    this.#parts = parts;
    this.#limits = limits;
  }

  /** Reads every stored run into the index, and yields those that the service made. */
  async *load(): AsyncGenerator<{ readonly run: RunRecord; readonly ticket: Ticket }> {
    // Oldest first, so that a later result for the same request replaces an earlier one.
    for (const id of (await this.#parts.store.runIds()).toReversed()) {
      const found = await this.#learn(id);
      if (found !== null && found.ticket !== null) yield { run: found.run, ticket: found.ticket };
    }
  }

  /** Updates the index when other processes add or remove runs. */
  async refresh(isLive: (id: string) => boolean): Promise<void> {
    const ids = await this.#parts.store.runIds();
    const there = new Set(ids);
    for (const id of this.#index.ids()) if (!there.has(id)) this.#index.remove(id);
    for (const id of this.#unreadable) if (!there.has(id)) this.#unreadable.delete(id);
    for (const id of ids.filter((one) => !isLive(one))) {
      const known = this.#index.get(id);
      // A run that is running elsewhere (on the command line) is read again.
      if (known === null || (known.summary.finishedAt === null && !this.#unreadable.has(id)))
        await this.#learn(id);
    }
  }

  summaries(): readonly RunSummary[] {
    return this.#index.summaries();
  }

  attempts(id: string): number {
    return this.#index.get(id)?.attempts ?? 1;
  }

  /** Looks up when a run was finished, after which it does not change; null for other runs. */
  finishedAt(id: string): string | null {
    return this.#index.get(id)?.summary.finishedAt ?? null;
  }

  findKey(owner: string, key: string): ReturnType<RunIndex['findKey']> {
    return this.#index.findKey(owner, key);
  }

  findAnswer(fingerprint: string): ReturnType<RunIndex['findAnswer']> {
    return this.#index.findAnswer(fingerprint);
  }

  /** Reads a run; null where none has that id, or it cannot be read. */
  async read(id: string): Promise<RunRecord | null> {
    if (!isRunId(id)) return null;
    try {
      const run = await this.#parts.store.loadRun(id);
      return run?.id === id ? run : null;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#complain(id, error);
      return null;
    }
  }

  /**
   * Adds a finished run.
   * @throws {StoreError}
   */
  async keep(run: RunRecord, ticket: Ticket): Promise<void> {
    await this.#parts.store.saveTicket(run.id, ticket);
    this.#index.put(run, ticket, await this.#parts.store.bytesOf(run.id));
  }

  /**
   * Removes a run; false where none has that id.
   * @throws {StoreError}
   */
  async remove(id: string): Promise<boolean> {
    if ((await this.read(id)) === null && !this.#index.has(id)) return false;
    await this.#parts.store.removeRun(id);
    this.#index.remove(id);
    return true;
  }

  /**
   * Removes runs that are too old, and the oldest when all take too much space.
   * @throws {StoreError}
   */
  async prune(): Promise<void> {
    const kept = this.#index.summaries().map(({ id, state, createdAt }) => {
      return { id, state, createdAt, bytes: this.#index.get(id)?.bytes ?? 0 };
    });
    for (const id of expired(kept, this.#limits, this.#parts.clock.timestamp())) {
      await this.#parts.store.removeRun(id);
      this.#index.remove(id);
      this.#parts.log.info({ run: id }, 'a run was removed: it is too old, or the results are too large');
    }
  }

  async #learn(id: string): Promise<{ readonly run: RunRecord; readonly ticket: Ticket | null } | null> {
    try {
      const { store } = this.#parts;
      const run = await store.loadRun(id);
      if (run === null) return null;
      const ticket = await store.loadTicket(id);
      this.#index.put(run, ticket, isUnfinished(run) ? 0 : await store.bytesOf(id));
      return { run, ticket };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#complain(id, error);
      return null;
    }
  }

  #complain(id: string, error: StoreError): void {
    if (this.#unreadable.has(id)) return;
    this.#unreadable.add(id);
    this.#parts.log.warn({ run: id, reason: error.message }, 'a stored run cannot be read');
  }
}
