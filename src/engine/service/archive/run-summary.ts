import type { CellId } from '../../../domain/cell/cell-id.ts';
import type { RunRecord, RunState } from '../../../domain/run/record.ts';

/** A run in a list. */
export interface RunSummary {
  readonly id: string;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly state: RunState;
  readonly script: { readonly name: string; readonly sha256: string };
  readonly sentence: string | null;
  /** How many cells it has, and how many of them are done. */
  readonly rubies: number;
  readonly done: number;
  readonly leaking: readonly CellId[];
  readonly clean: readonly CellId[];
  readonly inconclusive: readonly CellId[];
  readonly unmeasured: readonly CellId[];
}

/** Shortens a record to what the list of runs shows. */
export function summaryOf(run: RunRecord): RunSummary {
  const { id, createdAt, finishedAt, state, sentence, leaking, clean, inconclusive, unmeasured } = run;
  const { name, sha256 } = run.script;
  return {
    id,
    createdAt,
    finishedAt,
    state,
    script: { name, sha256 },
    sentence,
    rubies: run.cells.length,
    done: run.cells.filter((cell) => cell.state === 'done').length,
    leaking,
    clean,
    inconclusive,
    unmeasured,
  };
}
