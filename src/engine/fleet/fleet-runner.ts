import type { CellId } from '../../domain/cell/cell-id.ts';
import { nameOf } from '../../domain/cell/configuration.ts';
import type { Explanation } from '../../domain/leak/explanation.ts';
import type { CellRepeats } from '../../domain/measurement/repeats.ts';
import { unexplained } from '../explain/unexplained.ts';
import { failedCell } from '../measure/cell-record.ts';
import type {
  CellJob,
  CellRunner,
  CellWatcher,
  ExplainJob,
  MeasuredCell,
  RepeatJob,
} from '../cell-runner.ts';
import type { Fleet } from './fleet.ts';
import type { Found } from './ports.ts';
import { archQueue, hostQueue } from './queues.ts';

const CANCELLED = 'cancelled before it was measured';
const LOST =
  'the workers that took it were lost, one after the other: look at the log of the last one, and at the memory of its host';

/** Measures on the workers of a fleet. */
export class FleetRunner implements CellRunner {
  readonly #fleet: Fleet;
  /** Architecture that the first cell of each run was measured on: its others are not measured on different ones. */
  readonly #archs = new Map<string, string>();

  constructor(fleet: Fleet) {
    this.#fleet = fleet;
  }

  async measure(job: CellJob, watcher: CellWatcher, signal: AbortSignal): Promise<MeasuredCell> {
    const { arch: asked } = job.configuration.settings;
    const route = (): string | null => this.#queueOf(job);
    const work = { kind: 'measure', job, watcher } as const;
    const found = await this.#fleet.handOuts.handOut(work, route, signal, () =>
      watcher.state('queued', `waits for a worker of ${this.#archOf(job) ?? 'any architecture'}`),
    );
    if (found === null) return failed(job, 'cancelled', CANCELLED);
    if (found === 'lost-too-often') return failed(job, 'engine-error', LOST);
    if (found === 'no-worker')
      return failed(job, asked === undefined ? 'engine-error' : 'setting-unavailable', this.#missing(job));
    if (found.kind !== 'measure') throw unexpected(found);
    const { arch } = found;
    if (asked === undefined && !this.#archs.has(job.runId)) this.#archs.set(job.runId, arch);
    return found.measured;
  }

  async explain(job: ExplainJob, signal: AbortSignal): Promise<Explanation> {
    const { cell, measured, role } = job;
    const route = (): string | null => this.#hostQueueOf(measured.host?.name, cell);
    const found = await this.#fleet.handOuts.handOut({ kind: 'explain', job }, route, signal);
    if (found === null) return unexplained(role, 'cancelled before the leak was named');
    if (found === 'lost-too-often') return unexplained(role, LOST);
    if (found === 'no-worker') return unexplained(role, this.#missing(cell));
    if (found.kind !== 'explain') throw unexpected(found);
    return found.explanation;
  }

  async repeat(job: RepeatJob, signal: AbortSignal): Promise<readonly (readonly [CellId, CellRepeats])[]> {
    const [base] = job.cells;
    if (base === undefined) return [];
    const route = (): string | null => this.#hostQueueOf(base.measured.host?.name, base.job);
    const found = await this.#fleet.handOuts.handOut({ kind: 'repeat', job }, route, signal);
    if (found === null) return [];
    if (found === 'lost-too-often') throw new Error(LOST);
    if (found === 'no-worker') throw new Error(this.#missing(base.job));
    if (found.kind !== 'repeat') throw unexpected(found);
    return found.repeats;
  }

  /** A worker removes its containers by itself, also those of work that is not wanted any more. */
  async removed(runId: string): Promise<void> {
    this.#archs.delete(runId);
  }

  drain(): () => number {
    const { handOuts } = this.#fleet;
    handOuts.close();
    return () => handOuts.waiting;
  }

  /** Chooses the host where something was measured; another one of the run's architecture where that is gone. */
  #hostQueueOf(host: string | undefined, job: CellJob): string | null {
    const isThere = this.#fleet.able().some((member) => member.host.name === host);
    return host !== undefined && isThere ? hostQueue(host) : this.#queueOf(job);
  }

  /** Finds the queue of a cell's architecture; null while there is no worker of it. */
  #queueOf(job: CellJob): string | null {
    const chosen = this.#archOf(job);
    return chosen !== null && this.#fleet.able().some(({ arch }) => arch === chosen)
      ? archQueue(chosen)
      : null;
  }

  /** Chooses an architecture: the cell's own, or that of its run: the one with the most places when it began. */
  #archOf({ runId, configuration }: CellJob): string | null {
    return configuration.settings.arch ?? this.#archs.get(runId) ?? archWithMost(this.#fleet.able());
  }

  #missing(job: CellJob): string {
    const others = new Set(this.#fleet.able().map(({ arch }) => arch));
    const arch = this.#archOf(job) ?? '';
    const why = job.configuration.settings.arch === undefined ? ', on which this run began,' : '';
    return (
      `for ten minutes there was no worker of ${arch}${why} though there were others (${[...others].join(', ')}): ` +
      'start matrix worker on such a host, and run it again'
    );
  }
}

function archWithMost(members: readonly { readonly arch: string; readonly places: number }[]): string | null {
  const places = new Map<string, number>();
  for (const { arch, places: more } of members) places.set(arch, (places.get(arch) ?? 0) + more);
  const [most] = [...places].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return most?.[0] ?? null;
}

function failed(
  job: CellJob,
  kind: 'cancelled' | 'engine-error' | 'setting-unavailable',
  message: string,
): MeasuredCell {
  const code = kind === 'engine-error' ? 'container-lost' : kind;
  const failure = { kind, stage: 'queued', code, message, line: null } as const;
  return { cell: failedCell(nameOf(job.configuration), failure, null, 0), traces: [], image: null };
}

function unexpected(found: Found): Error {
  return new Error(
    found.kind === 'failed' ? found.reason : `a worker has answered with another kind: ${found.kind}`,
  );
}
