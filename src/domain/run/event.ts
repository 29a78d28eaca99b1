import type { CellId } from '../cell/cell-id.ts';
import type { CellRecord, CellState, RunRecord } from './record.ts';

/** What a cell is doing: on the way to its verdict, or after all verdicts, when its leak is explained. */
export type CellActivity = CellState | 'comparing' | 'explaining';

/** An event of a run: one line of `--format ndjson`, one message of the event stream. */
export type RunEvent =
  | { readonly type: 'run'; readonly run: RunRecord }
  | { readonly type: 'note'; readonly text: string }
  | {
      readonly type: 'cell-state';
      readonly cell: CellId;
      readonly ruby: string;
      readonly state: CellActivity;
      readonly detail: string | null;
    }
  | {
      readonly type: 'sample';
      readonly cell: CellId;
      readonly ruby: string;
      readonly iterations: number;
      readonly afterMs: number;
      /** Live bytes at this checkpoint. */
      readonly bytes: number;
      readonly liveSlots: number;
      /** Bytes per iteration so far; null until there is something to fit. */
      readonly slope: number | null;
    }
  /** A cell is done; once more when it is explained as well. */
  | { readonly type: 'cell'; readonly cell: CellRecord }
  | { readonly type: 'done'; readonly run: RunRecord };
