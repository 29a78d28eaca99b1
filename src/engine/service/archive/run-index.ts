import { parseCellId, cellId } from '../../../domain/cell/cell-id.ts';
import type { RunRecord } from '../../../domain/run/record.ts';
import { isReusable } from '../intake/fingerprint.ts';
import { ownerOf, type LiveTicket } from '../ticket.ts';
import type { FoundRuns, FoundVerdict, RunQuery } from './run-query.ts';
import type { Kept } from './retention.ts';
import { summaryOf, type RunSummary } from './run-summary.ts';

/** A cell, as runs are searched by it. */
export interface IndexedCell {
  readonly ruby: string;
  readonly verdict: FoundVerdict | null;
  /** What its id names besides the ruby: `+jemalloc+yjit`. */
  readonly settings: string;
}

/** What is known of a run without reading its files. */
export interface IndexedRun {
  readonly summary: RunSummary;
  /** Changes with the stored record; null where nothing is stored yet. */
  readonly stamp: string | null;
  readonly bytes: number;
  /** Name of the token that requested it; null for a run of the command line. */
  readonly owner: string | null;
  readonly attempts: number;
  readonly idempotency: LiveTicket['idempotency'];
  /** Null: this run cannot be reused for other requests. */
  readonly reusable: Pick<LiveTicket, 'fingerprint' | 'images'> | null;
  readonly cells: readonly IndexedCell[];
  /** Texts that are searched besides its name, id and sentence: its scripts, up to a length. */
  readonly text: string;
}

/** What the archive asks of a run that is in the index. */
export interface KnownRun {
  readonly finishedAt: string | null;
  readonly attempts: number;
  readonly stamp: string | null;
}

/**
 * Index of the stored runs, so that lists, searches and keys need no record. It is a copy of what records and tickets
 * say: one that is lost or damaged is made again from them.
 */
export interface RunIndex {
  /** @throws {StoreError} where it cannot be written: a full disk */
  put(run: IndexedRun): void;
  /** @throws {StoreError} where it cannot be written */
  remove(id: string): void;
  get(id: string): KnownRun | null;
  ids(): ReadonlySet<string>;
  /** Lists the finished runs with their stamps. */
  finishedStamps(): ReadonlyMap<string, string | null>;
  /** Lists runs that are not finished, the newest first. */
  unfinished(most: number): readonly string[];
  /** Finds the run that a key was used for, and the hash of its request. */
  findKey(owner: string, key: string): { readonly id: string; readonly hash: string } | null;
  /** Finds the newest run with the same fingerprint, and the images it ran in. */
  findAnswer(fingerprint: string): { readonly id: string; readonly images: LiveTicket['images'] } | null;
  /** Adds up the bytes of all runs, and finds out when the oldest was made. */
  extent(): { readonly bytes: number; readonly oldest: string | null };
  /** Lists what decides which runs are kept. */
  kept(): readonly Kept[];
  search(query: RunQuery): FoundRuns;
  /** Opens the index again where its file was removed or is damaged; true when it is empty now. */
  restore(): boolean;
}

/** Characters of a run's scripts that are searched: the index stays small whatever is sent. */
const SEARCHED_CHARACTERS = 16_384;

/** Makes the entry of a run. */
export function indexed(
  run: RunRecord,
  ticket: LiveTicket | null,
  stored: Pick<IndexedRun, 'stamp' | 'bytes'>,
): IndexedRun {
  const isAnswer = ticket !== null && isReusable(run);
  const scripts = [
    run.script,
    ...run.variants.filter(({ without }) => without === null).map((one) => one.script),
  ];
  return {
    summary: summaryOf(run),
    ...stored,
    owner: ticket === null ? null : ownerOf(ticket.client),
    attempts: ticket?.attempts ?? 1,
    idempotency: ticket?.idempotency ?? null,
    reusable: isAnswer ? { fingerprint: ticket.fingerprint, images: ticket.images } : null,
    cells: run.cells.map((cell) => ({
      ruby: cell.ruby,
      verdict: cell.state === 'done' ? (cell.verdict ?? 'unmeasured') : null,
      settings: settingsText(cell.settings),
    })),
    text: scripts
      .map(({ name, text }) => `${name}\n${text}`)
      .join('\n')
      .slice(0, SEARCHED_CHARACTERS),
  };
}

const settingsText = (settings: RunRecord['cells'][number]['settings']): string => cellId('', settings);

/**
 * Normalises a setting that was typed, `jit=yjit`, to what ids of cells name: `yjit`. Null where it is none, or the
 * standard one, which no id names.
 */
export function settingInIds(text: string): string | null {
  const parsed = parseCellId(`x+${text.trim()}`);
  const named = parsed === null ? '' : settingsText(parsed.settings);
  return named === '' ? null : named.slice(1);
}
