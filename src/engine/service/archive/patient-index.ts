import { StoreError } from '../../ports.ts';
import type { IndexedRun, KnownRun, RunIndex } from './run-index.ts';
import type { FoundRuns, RunQuery } from './run-query.ts';

/**
 * An index that a full disk does not stop: what cannot be written now is remembered, answers what is asked by id or key,
 * and is written with the next change that can be. Records decide; the index is only a copy of them.
 */
export class PatientIndex implements RunIndex {
  readonly #index: RunIndex;
  readonly #complain: (reason: string) => void;
  /** What is to be written; null for a run that is to be removed. */
  readonly #behind = new Map<string, IndexedRun | null>();
  #hasComplained = false;

  constructor(index: RunIndex, complain: (reason: string) => void) {
    this.#index = index;
    this.#complain = complain;
  }

  put(run: IndexedRun): void {
    this.#behind.set(run.summary.id, run);
    this.#catchUp();
  }

  remove(id: string): void {
    this.#behind.set(id, null);
    this.#catchUp();
  }

  restore(): boolean {
    const isNew = this.#index.restore();
    this.#catchUp();
    return isNew;
  }

  get(id: string): KnownRun | null {
    const behind = this.#behind.get(id);
    if (behind === undefined) return this.#index.get(id);
    return behind === null ? null : { ...behind, finishedAt: behind.summary.finishedAt };
  }

  ids(): ReadonlySet<string> {
    const ids = new Set(this.#index.ids());
    for (const [id, run] of this.#behind) {
      if (run === null) ids.delete(id);
      else ids.add(id);
    }
    return ids;
  }

  finishedStamps(): ReadonlyMap<string, string | null> {
    const stamps = new Map(this.#index.finishedStamps());
    for (const [id, run] of this.#behind) {
      stamps.delete(id);
      if (run !== null && run.summary.finishedAt !== null) stamps.set(id, run.stamp);
    }
    return stamps;
  }

  unfinished(most: number): readonly string[] {
    return this.#index.unfinished(most).filter((id) => !this.#behind.has(id));
  }

  findKey(owner: string, key: string): ReturnType<RunIndex['findKey']> {
    for (const [id, run] of this.#behind) {
      const used = run?.idempotency ?? null;
      if (used !== null && used.owner === owner && used.key === key) return { id, hash: used.hash };
    }
    const found = this.#index.findKey(owner, key);
    return found === null || this.#isRemoved(found.id) ? null : found;
  }

  findAnswer(fingerprint: string): ReturnType<RunIndex['findAnswer']> {
    const found = this.#index.findAnswer(fingerprint);
    return found === null || this.#isRemoved(found.id) ? null : found;
  }

  extent(): ReturnType<RunIndex['extent']> {
    return this.#index.extent();
  }

  kept(): ReturnType<RunIndex['kept']> {
    return this.#index.kept().filter(({ id }) => !this.#isRemoved(id));
  }

  search(query: RunQuery): FoundRuns {
    const found = this.#index.search(query);
    return { ...found, runs: found.runs.filter(({ id }) => !this.#isRemoved(id)) };
  }

  #isRemoved(id: string): boolean {
    return this.#behind.get(id) === null;
  }

  #catchUp(): void {
    for (const [id, run] of this.#behind) {
      try {
        if (run === null) this.#index.remove(id);
        else this.#index.put(run);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        if (!this.#hasComplained) this.#complain(error.message);
        this.#hasComplained = true;
        return;
      }
      this.#behind.delete(id);
    }
    this.#hasComplained = false;
  }
}
