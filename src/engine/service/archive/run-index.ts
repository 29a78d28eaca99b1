import type { CellId } from '../../../domain/cell/cell-id.ts';
import type { RunRecord, RunState } from '../../../domain/run/record.ts';
import { isReusable } from '../intake/fingerprint.ts';
import type { Ticket } from '../ticket.ts';

/** A run in a list. */
export interface RunSummary {
  readonly id: string;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly state: RunState;
  readonly script: { readonly name: string; readonly sha256: string };
  readonly sentence: string | null;
  readonly rubies: number;
  readonly leaking: readonly CellId[];
  readonly clean: readonly CellId[];
  readonly inconclusive: readonly CellId[];
  readonly unmeasured: readonly CellId[];
}

/** What is known of a run without reading its files. */
interface Entry {
  readonly summary: RunSummary;
  readonly bytes: number;
  readonly attempts: number;
  readonly idempotency: Ticket['idempotency'];
  /** Null: this run cannot be reused for other requests. */
  readonly reusable: { readonly fingerprint: string; readonly images: Ticket['images'] } | null;
}

/** Shortens a record to what the list of runs shows. */
export function summaryOf(run: RunRecord): RunSummary {
  const { id, createdAt, finishedAt, state, sentence, leaking, clean, inconclusive, unmeasured } = run;
  const { name, sha256 } = run.script;
  const script = { name, sha256 };
  const rubies = run.cells.length;
  return {
    id,
    createdAt,
    finishedAt,
    state,
    script,
    sentence,
    rubies,
    leaking,
    clean,
    inconclusive,
    unmeasured,
  };
}

/**
 * Indexes the stored runs, so that lists and keys need no disk: about 1.2 KB of memory for each, and 64 bytes
 * more for every further ruby. Retention bounds their number.
 */
export class RunIndex {
  readonly #entries = new Map<string, Entry>();
  readonly #byKey = new Map<string, string>();
  readonly #byFingerprint = new Map<string, string>();

  put(run: RunRecord, ticket: Ticket | null, bytes: number): void {
    this.remove(run.id);
    const reusable =
      ticket !== null && isReusable(run) ? { fingerprint: ticket.fingerprint, images: ticket.images } : null;
    const idempotency = ticket?.idempotency ?? null;
    const attempts = ticket?.attempts ?? 1;
    this.#entries.set(run.id, { summary: summaryOf(run), bytes, attempts, idempotency, reusable });
    if (idempotency !== null) this.#byKey.set(keyOf(idempotency), run.id);
    if (reusable !== null) this.#byFingerprint.set(reusable.fingerprint, run.id);
  }

  remove(id: string): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    if (entry.idempotency !== null) dropIf(this.#byKey, keyOf(entry.idempotency), id);
    if (entry.reusable !== null) dropIf(this.#byFingerprint, entry.reusable.fingerprint, id);
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  get(id: string): Entry | null {
    return this.#entries.get(id) ?? null;
  }

  /** Finds the run that a key was used for, and the hash of its request. */
  findKey(owner: string, key: string): { readonly id: string; readonly hash: string } | null {
    const id = this.#byKey.get(keyOf({ owner, key }));
    const hash = id === undefined ? undefined : this.#entries.get(id)?.idempotency?.hash;
    return id === undefined || hash === undefined ? null : { id, hash };
  }

  /** Finds the newest run with the same fingerprint, and the images it ran in. */
  findAnswer(fingerprint: string): { readonly id: string; readonly images: Ticket['images'] } | null {
    const id = this.#byFingerprint.get(fingerprint);
    const reusable = id === undefined ? null : (this.#entries.get(id)?.reusable ?? null);
    return id === undefined || reusable === null ? null : { id, images: reusable.images };
  }

  /** Lists the runs, newest first. */
  summaries(): readonly RunSummary[] {
    return [...this.#entries.values()].map(({ summary }) => summary).toSorted(newestFirst);
  }

  ids(): readonly string[] {
    return [...this.#entries.keys()];
  }
}

/** Orders runs by their time, and runs of one moment by their id. */
export function newestFirst(a: RunSummary, b: RunSummary): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}

const keyOf = ({ owner, key }: { readonly owner: string; readonly key: string }): string =>
  `${owner}\n${key}`;

function dropIf(map: Map<string, string>, key: string, id: string): void {
  if (map.get(key) === id) map.delete(key);
}
