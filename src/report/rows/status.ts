import type { CellRecord } from '../../domain/run/record.ts';
import { verdictWord } from './table-row.ts';

/** Status of a ruby, as pictures and pages mark it. */
export type Status =
  | 'leak'
  | 'clean'
  | 'inconclusive'
  | 'failed'
  | 'queued'
  | 'preparing'
  | 'measuring'
  | 'not-run';

/** In the order of a legend. */
export const STATUS_WORDS: Readonly<Record<Status, string>> = {
  leak: 'leak',
  clean: 'clean',
  inconclusive: 'inconclusive',
  failed: 'not measured',
  measuring: 'measuring',
  preparing: 'preparing',
  queued: 'queued',
  'not-run': 'not run',
};

/** Finds the status of a cell; undefined stands for a release that is listed but not part of the run. */
export function statusOf(cell: CellRecord | undefined): Status {
  if (cell === undefined) return 'not-run';
  if (cell.state !== 'done') return cell.state;
  return cell.outcome === 'measured' && cell.verdict !== null ? cell.verdict : 'failed';
}

/** Names the status of a cell; of a failure its kind (`script error`). */
export function statusWord(cell: CellRecord | undefined): string {
  const status = statusOf(cell);
  return status === 'failed' && cell !== undefined ? verdictWord(cell) : STATUS_WORDS[status];
}
