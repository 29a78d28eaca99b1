import { setTimeout as sleep } from 'node:timers/promises';
import { StoreError } from '../../ports.ts';
import type { ServiceLog } from '../ports.ts';

/** Pause before a full disk is tried again. */
const PAUSE_MS = 2_000;

export interface Storing {
  /** Id of the run that is stored. */
  readonly run: string;
  readonly log: ServiceLog;
  /** Checked before each further try: true when waiting is pointless. */
  readonly stopped: () => boolean;
  readonly pauseMs?: number;
}

/**
 * Stores something, and retries while the disk is full, so results are not lost. False when it was stopped before
 * that. Errors other than StoreError are thrown.
 */
export async function storeWithRetry(work: () => Promise<void>, storing: Storing): Promise<boolean> {
  const { run, log, stopped, pauseMs = PAUSE_MS } = storing;
  for (let tries = 1; ; tries += 1) {
    try {
      await work();
      if (tries > 1) log.info({ run, tries }, 'the run is stored now');
      return true;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      if (tries === 1)
        log.error({ run, reason: error.message }, 'a run cannot be stored: retrying until the disk has room');
    }
    if (!stopped()) await sleep(pauseMs, undefined, { ref: false });
    if (stopped()) return false;
  }
}
