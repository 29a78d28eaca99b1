import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunRecord } from '../../domain/run/record.ts';
import { isRunId } from '../../domain/run/run-id.ts';
import { StoreError, type Store, type StoredTrace } from '../../engine/ports.ts';
import { encodeRunRecord, runRecordSchema } from '../../protocol/schemas/record-schema.ts';
import { writeAtomically } from '../files/atomic-write.ts';
import { fileNameOf } from '../files/file-name.ts';
import { createLatestWriter } from '../files/latest-writer.ts';
import { readJson, type ReadJson } from '../files/read-json.ts';
import { createCellMemory } from './cell-memory.ts';
import { findRunId, runIds, sweepTemporaries } from './run-folders.ts';
import { encodeTrace, traceSchema } from './trace-schema.ts';

export interface ResultsStoreOptions {
  /** The results folder; created at the first write. */
  readonly folder: string;
  /** Receives a line for every damaged file that loadRun and loadTraces find. */
  readonly warn: (message: string) => void;
}

/**
 * Stores runs on disk: `RUN/run.json` (the whole record, written again after every cell) and
 * `RUN/samples/CELL.measure.json`, `RUN/samples/CELL.confirm.json`; `cells/FINGERPRINT` says which run has
 * measured a cell. Every file is complete at any time.
 * `findRun` takes an id, the beginning of one, or `latest`; the others a whole id. A damaged file is
 * quarantined: `loadRun` throws StoreError when it was the one asked for, `listRuns` reads the rest and names
 * it.
 */
export function createResultsStore({ folder, warn }: ResultsStoreOptions): Store {
  const write = createLatestWriter(writeAtomically);
  let swept: Promise<void> | null = null;

  const read = async (id: string): Promise<ReadJson<RunRecord>> => {
    const path = join(folder, id, 'run.json');
    const found = await readJson(path, runRecordSchema);
    if (found.kind !== 'read' || found.value.id === id) return found;
    return {
      kind: 'unusable',
      message: `${path} holds another run, ${found.value.id}; give the folder that name`,
    };
  };

  const loadRun = async (id: string): Promise<RunRecord | null> => {
    if (!isRunId(id) || !(await isFolder(join(folder, id)))) return null;
    const found = await read(id);
    if (found.kind === 'unusable') throw new StoreError(found.message);
    return found.kind === 'read' ? found.value : null;
  };

  return {
    cells: createCellMemory(folder, loadRun, warn),
    loadRun,

    async saveRun(run) {
      swept ??= sweepTemporaries(folder).catch(() => {});
      await swept;
      await write(join(folder, checkedId(run.id), 'run.json'), () => encodeRunRecord(run));
    },

    async saveTrace(runId, trace) {
      const name = `${fileNameOf(trace.cell)}.${trace.pass}.json`;
      await write(join(folder, checkedId(runId), 'samples', name), () => encodeTrace(trace));
    },

    async findRun(typed) {
      const ids = await runIds(folder);
      return typed === 'latest' ? ((await newest(ids, read, warn))?.id ?? null) : findRunId(ids, typed);
    },

    async loadTraces(id) {
      if (!isRunId(id) || !(await isFolder(join(folder, id)))) return [];
      return readTraces(join(folder, id, 'samples'), warn);
    },

    async listRuns() {
      const runs: RunRecord[] = [];
      const warnings: string[] = [];
      for (const id of await runIds(folder)) {
        const found = await read(id);
        if (found.kind === 'read') runs.push(found.value);
        if (found.kind === 'unusable') warnings.push(found.message);
      }
      return { runs: runs.toSorted(newestFirst), warnings };
    },
  };
}

/** Checks that this is a folder and not a link: a link may lead out of the results. */
const isFolder = (path: string): Promise<boolean> =>
  lstat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

function checkedId(id: string): string {
  if (isRunId(id)) return id;
  throw new StoreError(`"${id}" is not the id of a run, such as 20261123-071502-repro-3f9a2c`);
}

function newestFirst(a: RunRecord, b: RunRecord): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}

/** Finds the newest readable run. Ids contain only the second, so records of the same second decide. */
async function newest(
  ids: readonly string[],
  read: (id: string) => Promise<ReadJson<RunRecord>>,
  warn: (message: string) => void,
): Promise<RunRecord | null> {
  let best: RunRecord | null = null;
  for (const id of ids) {
    if (best !== null && !id.startsWith(best.id.slice(0, 15))) break;
    const found = await read(id);
    if (found.kind === 'unusable') warn(found.message);
    if (found.kind === 'read' && (best === null || newestFirst(found.value, best) < 0)) best = found.value;
  }
  return best;
}

async function readTraces(samples: string, warn: (message: string) => void): Promise<readonly StoredTrace[]> {
  const traces: StoredTrace[] = [];
  const names = await readdir(samples).catch(() => []);
  for (const name of names
    .filter((entry) => /^[^.].*\.(measure|confirm|script)\.json$/.test(entry))
    .toSorted()) {
    const found = await readJson(join(samples, name), traceSchema);
    if (found.kind === 'unusable') warn(found.message);
    if (found.kind === 'read') traces.push(found.value);
  }
  return traces;
}
