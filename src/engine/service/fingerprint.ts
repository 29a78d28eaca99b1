import { createHash } from 'node:crypto';
import type { RunRecord } from '../../domain/record.ts';
import type { RunRequest } from '../run-request.ts';
import { storedRequest } from './ticket.ts';

/** Hash of what was asked for. */
export const requestHash = (request: RunRequest): string => sha256(JSON.stringify(storedRequest(request)));

/** Hash of everything that decides the answer, but the images. */
export function fingerprintOf(request: RunRequest, measuringVersion: string): string {
  const { notes: _, ...asked } = storedRequest(request);
  return sha256(JSON.stringify([asked, measuringVersion]));
}

/**
 * Whether a finished run may stand in for a new one: every cell has an answer that measuring again would give again.
 * Inconclusive cells and failures that may pass are measured anew.
 */
export function isReusable(run: RunRecord): boolean {
  return run.state === 'done' && run.cells.every(isSettled);
}

const isSettled = (cell: RunRecord['cells'][number]): boolean =>
  (cell.outcome === 'measured' && cell.verdict !== 'inconclusive') || cell.outcome === 'script-error';

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
