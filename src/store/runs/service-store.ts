import { readdir, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError, type Store } from '../../engine/ports.ts';
import type { ServiceStore } from '../../engine/service/ports.ts';
import type { Ticket } from '../../engine/service/ticket.ts';
import { isRunId } from '../../domain/run/run-id.ts';
import { writeAtomically } from '../files/atomic-write.ts';
import { readJson } from '../files/read-json.ts';
import { readCellTraces } from './cell-traces.ts';
import { openRunIndex } from '../index/run-index.ts';
import { runIds } from './run-folders.ts';
import { toStoreError } from '../files/store-error.ts';
import { ticketSchema } from './ticket-schema.ts';

/** File of the index, beside the runs. */
const INDEX = '.index.db';

export interface ServiceStoreOptions {
  /** The results folder, which exists. */
  readonly folder: string;
  /** The same folder's runs. */
  readonly runs: Store;
  /** Receives a line for every damaged file. */
  readonly warn: (message: string) => void;
}

/**
 * Opens the results folder as the service needs it: with a ticket beside every record, sizes, and removal.
 */
export function createServiceStore({ folder, runs, warn }: ServiceStoreOptions): ServiceStore {
  const pathOf = (runId: string, ...more: readonly string[]): string => {
    // Only ids of runs may become paths or be removed.
    if (!isRunId(runId)) throw new StoreError(`"${runId}" is not the id of a run`);
    return join(folder, runId, ...more);
  };
  return {
    ...runs,
    index: openRunIndex(join(folder, INDEX), warn),
    runIds: () => runIds(folder),

    stampOf: (runId) =>
      stat(pathOf(runId, 'run.json')).then(
        ({ mtimeMs, size }) => `${mtimeMs} ${size}`,
        () => null,
      ),

    folderStamp: () =>
      stat(folder).then(
        ({ mtimeMs, ino }) => ({ stamp: `${ino} ${mtimeMs}`, changedAtMs: mtimeMs }),
        () => ({ stamp: null, changedAtMs: 0 }),
      ),

    async saveTicket(runId, ticket) {
      await writeAtomically(pathOf(runId, 'ticket.json'), `${JSON.stringify({ schema: 1, ...ticket })}\n`);
    },

    async loadTicket(runId): Promise<Ticket | null> {
      const found = await readJson(pathOf(runId, 'ticket.json'), ticketSchema);
      if (found.kind === 'unusable') warn(found.message);
      return found.kind === 'read' ? found.value : null;
    },

    loadTracesOf: (runId, cell) => readCellTraces(pathOf(runId), cell, warn),

    async removeRun(runId) {
      const path = pathOf(runId);
      const run = await runs.loadRun(runId).catch(() => null);
      if (run !== null) await runs.cells?.forget(run);
      try {
        await rm(path, { recursive: true, force: true });
      } catch (error) {
        throw toStoreError(error, path);
      }
    },

    bytesOf: (runId) => bytesIn(pathOf(runId)),

    async freeBytes() {
      try {
        const { bavail, bsize } = await statfs(folder);
        return bavail * bsize;
      } catch (error) {
        throw toStoreError(error, folder);
      }
    },
  };
}

/** Adds up the bytes of the files in a folder; files that vanish meanwhile do not count. */
async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map(async (entry) => (await stat(join(entry.parentPath, entry.name)).catch(() => null))?.size ?? 0);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
