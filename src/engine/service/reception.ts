import { configurationOf } from '../../domain/configuration.ts';
import type { RunRecord } from '../../domain/record.ts';
import { newRecord, planRun } from '../plan-run.ts';
import { EngineError } from '../ports.ts';
import { RequestError, type RunRequest } from '../run-request.ts';
import { diskRefusal, notStored, refusalFor, type Refusal } from './admission.ts';
import type { EngineMonitor } from './engine-monitor.ts';
import { fingerprintOf, hashedFiles, requestHash, type HashedFiles } from './fingerprint.ts';
import { LiveRun } from './live-run.ts';
import { PendingKeys } from './pending-keys.ts';
import type { ServiceLimits, ServiceParts } from './ports.ts';
import type { RunArchive } from './run-archive.ts';
import type { RunView, Submission, Submitted } from './submission.ts';
import type { LiveTicket } from './ticket.ts';

export interface ReceptionParts {
  readonly parts: ServiceParts;
  readonly limits: ServiceLimits;
  readonly archive: RunArchive;
  readonly monitor: EngineMonitor;
  /** Runs that are not finished. */
  readonly live: ReadonlyMap<string, LiveRun>;
  readonly load: () => { readonly draining: boolean; readonly waitingCells: number };
  readonly view: (id: string) => Promise<RunView | null>;
  /**
   * Stores the run and queues it. It has its place from the moment of the call.
   * @throws {StoreError}
   */
  readonly accept: (live: LiveRun) => Promise<RunView>;
}

const FIRST_GUESS_SECONDS = 5;
const ENGINE_RETRY_SECONDS = 30;

/** Decides what becomes of a request: a new run, one that was asked for before, a finished one, or a refusal. */
export class Reception {
  readonly #given: ReceptionParts;
  readonly #keys = new PendingKeys<Submitted>();
  /** What a cell takes, on average of the last ones. */
  #secondsPerCell = FIRST_GUESS_SECONDS;

  constructor(given: ReceptionParts) {
    this.#given = given;
  }

  submit(submission: Submission): Promise<Submitted> {
    const { owner, idempotencyKey } = submission;
    const key = idempotencyKey === null ? null : `${owner}\n${idempotencyKey}`;
    return this.#keys.inTurn(key, () => this.#submit(submission));
  }

  /** Remembers how long cells take. */
  learn(run: RunRecord): void {
    for (const { seconds } of run.cells) {
      if (seconds > 0) this.#secondsPerCell += (seconds - this.#secondsPerCell) / 8;
    }
  }

  async #submit(submission: Submission): Promise<Submitted> {
    const { parts, limits, accept } = this.#given;
    const { owner, idempotencyKey: key, client } = submission;
    const files = hashedFiles(submission.request.files);
    const asked = { ...submission.request, rubies: submission.request.rubies ?? [], notes: [] };
    const hash = requestHash(asked, files);
    const earlier = key === null ? null : this.#findKey(owner, key);
    if (earlier !== null) return this.#repeated(earlier, hash);
    try {
      const request = await this.#withRubies(submission.request);
      const fingerprint = fingerprintOf(request, files, parts.measuringVersion);
      const answer = submission.mayBeCached ? await this.#answered(fingerprint, request, files) : null;
      if (answer !== null) return { kind: 'cached', view: answer };
      // A script is not read for nothing.
      const full = this.#refusal(client);
      if (full !== null) return { kind: 'refused', refusal: full };
      const plan = await planRun(request, parts.prepare);
      // The queue is looked at last again: nothing may come between that and taking a place in it.
      const refusal = (await diskRefusal(parts.store, limits)) ?? this.#refusal(client);
      if (refusal !== null) return { kind: 'refused', refusal };
      const idempotency = key === null ? null : { owner, key, hash };
      const ticket: LiveTicket = { client, idempotency, fingerprint, attempts: 1, images: {} };
      const record = newRecord(plan, parts.matrix, parts.clock, 'queued');
      return { kind: 'accepted', view: await accept(new LiveRun(record, plan, ticket, parts)) };
    } catch (error) {
      return { kind: 'refused', refusal: refusalOf(error) };
    }
  }

  async #withRubies(request: Submission['request']): Promise<RunRequest> {
    const { rubies } = request;
    if (rubies !== null) return { ...request, rubies, notes: [] };
    const { engine, reason } = this.#given.monitor;
    if (engine === null) throw new EngineError(reason ?? 'no engine answers');
    return { ...request, ...(await engine.defaultRubies()) };
  }

  /** A finished run that ran in the very images that this one would run in. */
  async #answered(fingerprint: string, request: RunRequest, files: HashedFiles): Promise<RunView | null> {
    const { parts, archive, monitor, view } = this.#given;
    const { rubies } = request;
    const cells = rubies.map((ruby) => configurationOf(ruby));
    // One that names its leaks answers who did not ask for that as well.
    const more = fingerprintOf(
      { ...request, options: { ...request.options, explain: true } },
      files,
      parts.measuringVersion,
    );
    const found = archive.findAnswer(fingerprint) ?? archive.findAnswer(more);
    const here = found === null ? null : await monitor.engine?.inventory(rubies).catch(() => null);
    if (found === null || !here) return null;
    const images = new Map(here.map(({ ruby, image }) => [ruby, image]));
    const same = cells.every(({ id, ruby }) => {
      const image = images.get(ruby.name) ?? null;
      return image !== null && found.images[id] === image;
    });
    return same ? view(found.id) : null;
  }

  #findKey(owner: string, key: string): { readonly id: string; readonly hash: string } | null {
    for (const { id, ticket } of this.#given.live.values()) {
      const used = ticket.idempotency;
      if (used !== null && used.owner === owner && used.key === key) return { id, hash: used.hash };
    }
    return this.#given.archive.findKey(owner, key);
  }

  async #repeated(earlier: { readonly id: string; readonly hash: string }, hash: string): Promise<Submitted> {
    const message = 'this Idempotency-Key was used for another request: choose a new one for every request';
    if (earlier.hash !== hash) return { kind: 'refused', refusal: { kind: 'key-reused', message } };
    const view = await this.#given.view(earlier.id);
    if (view !== null) return { kind: 'repeated', view };
    const gone = `the run of this Idempotency-Key (${earlier.id}) cannot be read any more: choose a new key`;
    return { kind: 'refused', refusal: { kind: 'key-reused', message: gone } };
  }

  #refusal(client: string): Refusal | null {
    const { live, limits, load } = this.#given;
    const waiting = [...live.values()].filter((one) => one.record.state === 'queued');
    const { draining, waitingCells } = load();
    return refusalFor(
      {
        draining,
        waitingRuns: waiting.length,
        waitingRunsOfClient: waiting.filter((one) => one.ticket.client === client).length,
        waitingCells,
        secondsPerCell: this.#secondsPerCell,
      },
      limits,
    );
  }
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof RequestError) return { kind: 'not-measurable', message: error.message };
  if (!(error instanceof EngineError)) return notStored(error);
  // Without an engine it is not known which rubies there are to choose from.
  const message = `${error.message}; a run that names its rubies is accepted and waits`;
  return { kind: 'not-ready', message, retryAfterSeconds: ENGINE_RETRY_SECONDS };
}
