import pTimeout from 'p-timeout';
import type { RunRecord } from '../../../domain/run/record.ts';
import { isRunId } from '../../../domain/run/run-id.ts';
import { StoreError } from '../../ports.ts';
import type { ServiceLimits, ServiceParts } from '../ports.ts';
import type { RunRequest } from '../../plan/run-request.ts';
import { filesIn, ownerOf, restoredFiles, type LiveTicket, type Ticket } from '../ticket.ts';
import { isUnfinished } from './recover.ts';
import { PatientIndex } from './patient-index.ts';
import { expired, mayExpire } from './retention.ts';
import { indexed, type RunIndex } from './run-index.ts';
import type { FoundRuns, RunQuery } from './run-query.ts';

type Parts = Pick<ServiceParts, 'store' | 'clock' | 'log'>;

/** Longest time that a search waits for news of other processes; they are in the next one. */
const NEWS_MS = 200;
/** A change of the folder this recent may not be the last one of its moment. */
const SAME_MOMENT_MS = 1_000;
/** Runs that are measured by other processes, whose records are looked at again. */
const MOST_ELSEWHERE = 100;

/**
 * Gives access to the stored runs: reads them on demand, finds them by an index, removes those that are too old or too
 * many.
 */
export class RunArchive {
  readonly #parts: Parts;
  readonly #limits: Pick<ServiceLimits, 'keepDays' | 'keepBytes'>;
  readonly #index: RunIndex;
  /** Stamps of records that cannot be read and were reported. */
  readonly #unreadable = new Map<string, string | null>();
  #news: Promise<void> | null = null;
  /** The folder as it was seen last, and when. */
  #seen: { readonly stamp: string | null; readonly at: number } = { stamp: null, at: -Infinity };

  constructor(parts: Parts, limits: Pick<ServiceLimits, 'keepDays' | 'keepBytes'>) {
    this.#parts = parts;
    this.#limits = limits;
    this.#index = new PatientIndex(parts.store.index, (reason) =>
      parts.log.warn({ reason }, 'the index of runs cannot be written: it follows when the disk has room'),
    );
  }

  /** Brings the index up to date, and yields the unfinished runs that the service made. */
  async *load(): AsyncGenerator<{ readonly run: RunRecord; readonly ticket: Ticket }> {
    const { store } = this.#parts;
    const ids = await store.runIds();
    this.#dropAllBut(new Set(ids), this.#index.ids());
    const known = this.#index.finishedStamps();
    // Oldest first, so that a later result for the same request replaces an earlier one.
    for (const id of ids.toReversed()) {
      const stamp = known.get(id) ?? null;
      if (stamp !== null && stamp === (await store.stampOf(id))) continue;
      const found = await this.#learn(id);
      if (found !== null && found.ticket !== null && isUnfinished(found.run))
        yield { run: found.run, ticket: found.ticket };
    }
  }

  /** Searches the runs; those of other processes as far as they are known after a moment. */
  async search(query: RunQuery, isLive: (id: string) => boolean): Promise<FoundRuns> {
    this.#news ??= this.#refresh(isLive).finally(() => (this.#news = null));
    await pTimeout(this.#news, { milliseconds: NEWS_MS, fallback: () => {} });
    return this.#index.search(query);
  }

  /** Updates the index when other processes add, change or remove runs. */
  async #refresh(isLive: (id: string) => boolean): Promise<void> {
    const { store, clock } = this.#parts;
    const isNew = this.#index.restore();
    const at = Date.parse(clock.timestamp());
    const folder = await store.folderStamp();
    const isSame = folder.stamp === this.#seen.stamp && this.#seen.at > folder.changedAtMs + SAME_MOMENT_MS;
    if (isNew || !isSame) {
      const ids = await store.runIds();
      const known = this.#index.ids();
      this.#dropAllBut(
        new Set(ids),
        [...known].filter((id) => !isLive(id)),
      );
      for (const id of ids) if (!known.has(id) && (isNew || !isLive(id))) await this.#learnOnce(id);
      this.#seen = { stamp: folder.stamp, at };
    }
    // A run that is running elsewhere (on the command line) is read again when its record has changed.
    for (const id of this.#index.unfinished(MOST_ELSEWHERE)) {
      if (isLive(id) || this.#index.get(id)?.stamp === (await store.stampOf(id))) continue;
      await this.#learnOnce(id);
    }
  }

  #dropAllBut(there: ReadonlySet<string>, known: Iterable<string>): void {
    for (const id of known) if (!there.has(id)) this.#index.remove(id);
    for (const id of this.#unreadable.keys()) if (!there.has(id)) this.#unreadable.delete(id);
  }

  attempts(id: string): number {
    return this.#index.get(id)?.attempts ?? 1;
  }

  /** Looks up when a run was finished, after which it does not change; null for other runs. */
  finishedAt(id: string): string | null {
    return this.#index.get(id)?.finishedAt ?? null;
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
      this.#complain(id, null, error);
      return null;
    }
  }

  /** Reads the files beside the script of a run, for the token that sent them; for others there are none. */
  async filesOf(id: string, owner: string): Promise<RunRequest['files']> {
    const ticket = isRunId(id) ? await this.#parts.store.loadTicket(id) : null;
    return ticket !== null && ownerOf(ticket.client) === owner ? restoredFiles(filesIn(ticket)) : [];
  }

  /** Makes a run known as it is now, whatever of it is stored. */
  note(run: RunRecord, ticket: LiveTicket): void {
    this.#index.put(indexed(run, ticket, { stamp: null, bytes: 0 }));
  }

  /** Forgets a run that was never stored. */
  forget(id: string): void {
    this.#index.remove(id);
  }

  /**
   * Adds a finished run.
   * @throws {StoreError}
   */
  async keep(run: RunRecord, ticket: Ticket): Promise<void> {
    const { store } = this.#parts;
    // It is seen to be finished by now, so it answers the same question, too, before its files are in order.
    this.note(run, ticket);
    const files = filesIn(await store.loadTicket(run.id));
    await store.saveTicket(run.id, files.length === 0 ? ticket : { ...ticket, files });
    const stored = { stamp: await store.stampOf(run.id), bytes: await store.bytesOf(run.id) };
    this.#index.put(indexed(run, ticket, stored));
  }

  /**
   * Removes a run; false where none has that id.
   * @throws {StoreError}
   */
  async remove(id: string): Promise<boolean> {
    if ((await this.read(id)) === null && this.#index.get(id) === null) return false;
    await this.#parts.store.removeRun(id);
    this.#index.remove(id);
    return true;
  }

  /**
   * Removes runs that are too old, and the oldest when all take too much space.
   * @throws {StoreError}
   */
  async prune(): Promise<void> {
    const now = this.#parts.clock.timestamp();
    if (!mayExpire(this.#index.extent(), this.#limits, now)) return;
    for (const id of expired(this.#index.kept(), this.#limits, now)) {
      await this.#parts.store.removeRun(id);
      this.#index.remove(id);
      this.#parts.log.info({ run: id }, 'a run was removed: it is too old, or the results are too large');
    }
  }

  /** Reads a run into the index, unless it could not be read as it is. */
  async #learnOnce(id: string): Promise<void> {
    const failed = this.#unreadable.get(id);
    if (failed === undefined || failed !== (await this.#parts.store.stampOf(id))) await this.#learn(id);
  }

  async #learn(id: string): Promise<{ readonly run: RunRecord; readonly ticket: Ticket | null } | null> {
    const { store } = this.#parts;
    const stamp = await store.stampOf(id);
    try {
      const run = await store.loadRun(id);
      if (run === null) return null;
      const ticket = await store.loadTicket(id);
      const bytes = isUnfinished(run) ? 0 : await store.bytesOf(id);
      this.#index.put(indexed(run, ticket, { stamp, bytes }));
      return { run, ticket };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.#complain(id, stamp, error);
      return null;
    }
  }

  #complain(id: string, stamp: string | null, error: StoreError): void {
    if (!this.#unreadable.has(id))
      this.#parts.log.warn({ run: id, reason: error.message }, 'a stored run cannot be read');
    this.#unreadable.set(id, stamp);
  }
}
