import { policyForClients } from '../../../domain/ruby/gems.ts';
import { debiansRubies, rubiesWithPackages } from '../../../domain/ruby/debian-packages.ts';
import { configurationsOf } from '../../../domain/cell/configurations.ts';
import { newRecord, planRun } from '../../plan/plan-run.ts';
import { EngineError } from '../../ports.ts';
import { searchesGem, withGemVersions } from '../../plan/gem-ranges.ts';
import { hasGemRange } from '../../../domain/ruby/gem-versions.ts';
import { RequestError, type RunRequest } from '../../plan/run-request.ts';
import type { Scheduler } from '../../schedule/scheduler.ts';
import { diskRefusal, notStored, refusalFor, type Refusal } from './admission.ts';
import type { EngineMonitor } from '../engine-monitor.ts';
import { fingerprintOf, hashedFiles, requestHash, type HashedFiles } from './fingerprint.ts';
import { LiveRun } from '../live-run.ts';
import { PendingKeys } from './pending-keys.ts';
import type { ServiceEngine, ServiceLimits, ServiceParts } from '../ports.ts';
import type { RunRegistry } from '../run-registry.ts';
import type { RunViews } from '../run-views.ts';
import type { RunView, Submission, Submitted } from './submission.ts';
import type { LiveTicket } from '../ticket.ts';

export interface RunIntakeParts {
  readonly parts: ServiceParts;
  readonly limits: ServiceLimits;
  readonly registry: RunRegistry;
  readonly scheduler: Scheduler;
  readonly monitor: EngineMonitor<ServiceEngine>;
  readonly views: RunViews;
}

const ENGINE_RETRY_SECONDS = 30;
/** Longest time that a request waits for a gem source to list versions. */
const VERSIONS_MS = 20_000;

/**
 * Decides what a request gets: a new run, the run of an earlier identical request, a finished run, or a
 * refusal.
 */
export class RunIntake {
  readonly #given: RunIntakeParts;
  readonly #keys = new PendingKeys<Submitted>();

  constructor(given: RunIntakeParts) {
    this.#given = given;
  }

  submit(submission: Submission): Promise<Submitted> {
    const { owner, idempotencyKey } = submission;
    const key = idempotencyKey === null ? null : `${owner}\n${idempotencyKey}`;
    return this.#keys.inTurn(key, () => this.#submit(submission));
  }

  async #submit(submission: Submission): Promise<Submitted> {
    const { parts, limits } = this.#given;
    const { owner, idempotencyKey: key, client } = submission;
    const files = hashedFiles(submission.request.files);
    const asked = { ...submission.request, rubies: submission.request.rubies ?? [], notes: [] };
    const hash = requestHash(asked, files);
    const earlier = key === null ? null : this.#findKey(owner, key);
    if (earlier !== null) return this.#repeated(earlier, hash);
    try {
      const request = await this.#withRubies(await this.#withVersions(submission.request));
      const fingerprint = fingerprintOf(request, files, parts.measuringVersion);
      const answer = request.options.cache ? await this.#answered(fingerprint, request, files) : null;
      if (answer !== null) return { kind: 'cached', view: answer };
      // Refused before the script is read, which may take long.
      const full = this.#refusal(client);
      if (full !== null) return { kind: 'refused', refusal: full };
      const plan = await planRun(request, parts.prepare, policyForClients(parts.matrix.gems));
      // The queue is checked again at the very end: nothing may come between this check and taking a place.
      const refusal = (await diskRefusal(parts.store, limits)) ?? this.#refusal(client);
      if (refusal !== null) return { kind: 'refused', refusal };
      const idempotency = key === null ? null : { owner, key, hash };
      const ticket: LiveTicket = { client, idempotency, fingerprint, attempts: 1, images: {} };
      const record = newRecord(plan, parts.matrix, parts.clock, 'queued');
      return { kind: 'accepted', view: await this.#accept(new LiveRun(record, plan, ticket, parts)) };
    } catch (error) {
      return { kind: 'refused', refusal: refusalOf(error) };
    }
  }

  async #accept(live: LiveRun): Promise<RunView> {
    const { registry, scheduler, views } = this.#given;
    await registry.accept(live);
    if (!registry.isClosing) void scheduler.advance(live.scheduled);
    return views.of(live);
  }

  async #withRubies(request: Submission['request']): Promise<RunRequest> {
    const { rubies } = request;
    if (request.options.bisect) return this.#withSearchedRubies(request);
    if (rubies !== null) return { ...request, rubies, notes: [] };
    if (request.options.debianPackages.length > 0)
      return { ...request, ...debiansRubies(this.#given.parts.matrix.rubies) };
    const { engine, reason } = this.#given.monitor;
    if (engine === null) throw new EngineError(reason ?? 'no engine answers');
    return { ...request, ...(await engine.defaultRubies()) };
  }

  async #withVersions(request: Submission['request']): Promise<Submission['request']> {
    const { parts, monitor } = this.#given;
    const { gems } = request.options;
    if (!gems.some(hasGemRange)) return request;
    const policy = policyForClients(parts.matrix.gems);
    const versions = await withGemVersions(
      gems,
      policy,
      monitor.containers,
      AbortSignal.timeout(VERSIONS_MS),
    );
    return { ...request, options: { ...request.options, gems: versions } };
  }

  async #withSearchedRubies(request: Submission['request']): Promise<RunRequest> {
    const { engine, reason } = this.#given.monitor;
    const namesPackages = request.options.debianPackages.length > 0;
    const usual = namesPackages ? debiansRubies(this.#given.parts.matrix.rubies).rubies : null;
    const named = request.rubies ?? usual;
    const isForGem = searchesGem(request.options.gems);
    if (engine !== null)
      return { ...request, ...(await engine.searchedRubies({ named, isForGem })), notes: [] };
    if (named === null) throw new EngineError(reason ?? 'no engine answers');
    return { ...request, rubies: named, notes: [] };
  }

  /** Finds a finished run that used the same images as this one would. */
  async #answered(fingerprint: string, request: RunRequest, files: HashedFiles): Promise<RunView | null> {
    const { parts, registry, monitor, views } = this.#given;
    const measured = rubiesWithPackages(request.rubies, request.options.debianPackages);
    if (!measured.ok) return null;
    const rubies = measured.value;
    const { cells } = configurationsOf(rubies, request.options.axes);
    // A run with explanations also serves a request without.
    const more = fingerprintOf(
      { ...request, options: { ...request.options, explain: true } },
      files,
      parts.measuringVersion,
    );
    const found = registry.archive.findAnswer(fingerprint) ?? registry.archive.findAnswer(more);
    const here = found === null ? null : await monitor.engine?.inventory(rubies).catch(() => null);
    if (found === null || !here) return null;
    const images = new Map(here.map(({ ruby, image }) => [ruby, image]));
    const same = cells.every(({ id, ruby }) => {
      const image = images.get(ruby.name) ?? null;
      return image !== null && found.images[id] === image;
    });
    return same ? views.find(found.id) : null;
  }

  #findKey(owner: string, key: string): { readonly id: string; readonly hash: string } | null {
    const { registry } = this.#given;
    for (const { id, ticket } of registry.lives()) {
      const used = ticket.idempotency;
      if (used !== null && used.owner === owner && used.key === key) return { id, hash: used.hash };
    }
    return registry.archive.findKey(owner, key);
  }

  async #repeated(earlier: { readonly id: string; readonly hash: string }, hash: string): Promise<Submitted> {
    const message = 'this Idempotency-Key was used for another request: choose a new one for every request';
    if (earlier.hash !== hash) return { kind: 'refused', refusal: { kind: 'key-reused', message } };
    const view = await this.#given.views.find(earlier.id);
    if (view !== null) return { kind: 'repeated', view };
    const unreadable = `the run of this Idempotency-Key (${earlier.id}) can no longer be read: choose a new key`;
    return { kind: 'refused', refusal: { kind: 'key-reused', message: unreadable } };
  }

  #refusal(client: string): Refusal | null {
    const { registry, limits, scheduler } = this.#given;
    const waiting = registry.waiting();
    return refusalFor(
      {
        draining: registry.isClosing,
        waitingRuns: waiting.length,
        waitingRunsOfClient: waiting.filter((one) => one.ticket.client === client).length,
        waitingCells: scheduler.waitingCells,
        secondsPerCell: registry.secondsPerCell,
      },
      limits,
    );
  }
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof RequestError) return { kind: 'not-measurable', message: error.message };
  if (!(error instanceof EngineError)) return notStored(error);
  // Without an engine the available rubies are not known.
  const message = `${error.message}; a run that names its rubies is accepted and waits`;
  return { kind: 'not-ready', message, retryAfterSeconds: ENGINE_RETRY_SECONDS };
}
