import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunRecord } from '../../domain/run/record.ts';
import { isRunId } from '../../domain/run/run-id.ts';
import type { CellMemory } from '../../engine/ports.ts';
import { writeAtomically } from '../files/atomic-write.ts';
import { readCellTraces } from './cell-traces.ts';

/** Folder beside the runs: a file for each cell, named by its fingerprint, which holds the id of the run that has it. */
const FOLDER = 'cells';
const FINGERPRINT = /^[0-9a-f]{64}$/;

/**
 * Finds the cells of stored runs by their fingerprints. The result is read from the run itself, whose cells carry
 * their fingerprints: a damaged or outdated entry finds nothing, and the cell is measured again.
 */
export function createCellMemory(
  folder: string,
  loadRun: (id: string) => Promise<RunRecord | null>,
  warn: (message: string) => void,
): CellMemory {
  const pathOf = (fingerprint: string): string => join(folder, FOLDER, fingerprint);
  // Lookups mostly concern cells of one run.
  let last: { readonly id: string; readonly run: Promise<RunRecord | null> } | null = null;
  const load = (id: string, anew: boolean): Promise<RunRecord | null> => {
    if (last === null || last.id !== id || anew) last = { id, run: loadRun(id).catch(() => null) };
    return last.run;
  };
  const runOf = async (fingerprint: string): Promise<string | null> => {
    const id = (await readFile(pathOf(fingerprint), 'utf8').catch(() => '')).trim();
    return isRunId(id) ? id : null;
  };

  return {
    async find(fingerprint) {
      if (!FINGERPRINT.test(fingerprint)) return null;
      const id = await runOf(fingerprint);
      if (id === null) return null;
      for (const anew of [false, true]) {
        const run = await load(id, anew);
        const cell = run?.cells.find((one) => one.fingerprint === fingerprint && one.from === null);
        if (run === null || cell === undefined) continue;
        const traces = await readCellTraces(join(folder, id), cell.id, warn).catch(() => []);
        return traces.length === 0 ? null : { run: id, at: run.createdAt, cell, traces };
      }
      await rm(pathOf(fingerprint), { force: true }).catch(() => undefined);
      return null;
    },

    async note(fingerprint, run) {
      await writeAtomically(pathOf(fingerprint), `${run}\n`).catch(() => undefined);
    },

    async forget(run) {
      for (const { fingerprint, from } of run.cells) {
        if (fingerprint === null || from !== null || (await runOf(fingerprint)) !== run.id) continue;
        await rm(pathOf(fingerprint), { force: true }).catch(() => undefined);
      }
    },
  };
}
