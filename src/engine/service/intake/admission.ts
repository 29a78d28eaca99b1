import { StoreError } from '../../ports.ts';
import type { ServiceLimits, ServiceStore } from '../ports.ts';

/** Why a run is not accepted, and what to do. */
export type Refusal =
  | {
      readonly kind: 'draining' | 'queue-full' | 'not-ready';
      readonly message: string;
      readonly retryAfterSeconds: number;
    }
  | { readonly kind: 'disk-full' | 'not-measurable' | 'key-reused'; readonly message: string };

export interface Load {
  readonly draining: boolean;
  readonly waitingRuns: number;
  readonly waitingRunsOfClient: number;
  readonly waitingCells: number;
  /** Seconds that a cell takes, on average. */
  readonly secondsPerCell: number;
}

const DRAIN_RETRY_SECONDS = 30;
const LONGEST_RETRY_SECONDS = 600;

/** Refuses a run when the queue is full, with the reason; null when there is room. */
export function refusalFor(load: Load, limits: ServiceLimits): Refusal | null {
  if (load.draining) {
    const message = 'the service is shutting down and accepts no new runs; send it again in half a minute';
    return { kind: 'draining', message, retryAfterSeconds: DRAIN_RETRY_SECONDS };
  }
  if (hasRoom(load, limits)) return null;
  const seconds = (load.secondsPerCell * load.waitingCells) / limits.jobs / Math.max(1, load.waitingRuns);
  const retryAfterSeconds = Math.min(LONGEST_RETRY_SECONDS, Math.max(1, Math.ceil(seconds)));
  const mine = load.waitingRunsOfClient;
  const message = `the queue is full (${load.waitingRuns} runs wait, ${mine} of them yours): send it again later`;
  return { kind: 'queue-full', message, retryAfterSeconds };
}

/**
 * Tells whether the queue has room: one client may hold half of the places; a client without any always finds
 * one, up to twice the number.
 */
function hasRoom(load: Load, limits: ServiceLimits): boolean {
  if (load.waitingRunsOfClient === 0) return load.waitingRuns < limits.waitingRuns * 2;
  const share = Math.ceil(limits.waitingRuns / 2);
  return load.waitingRuns < limits.waitingRuns && load.waitingRunsOfClient < share;
}

/** Refuses a run when the disk is nearly full; null when there is room for results. */
export async function diskRefusal(store: ServiceStore, limits: ServiceLimits): Promise<Refusal | null> {
  const free = await store.freeBytes();
  if (free >= limits.minimumFreeBytes) return null;
  const message =
    `the disk of the results is nearly full (${mebibytes(free)} free, ${mebibytes(limits.minimumFreeBytes)} needed): ` +
    'remove runs or free some space; stored results can still be read';
  return { kind: 'disk-full', message };
}

const mebibytes = (bytes: number): string => `${Math.floor(bytes / 2 ** 20)} MiB`;

export function notStored(error: unknown): Refusal {
  if (!(error instanceof StoreError)) throw error;
  return { kind: 'disk-full', message: `the run could not be stored: ${error.message}` };
}
