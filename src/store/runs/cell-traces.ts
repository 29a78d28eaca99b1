import { join } from 'node:path';
import type { StoredTrace } from '../../engine/ports.ts';
import { fileNameOf } from '../files/file-name.ts';
import { readJson } from '../files/read-json.ts';
import { traceSchema } from './trace-schema.ts';

/** Reads the samples of one cell, of the container that measured and of the one that confirmed. */
export async function readCellTraces(
  runFolder: string,
  cell: string,
  warn: (message: string) => void,
): Promise<readonly StoredTrace[]> {
  const traces: StoredTrace[] = [];
  for (const pass of ['measure', 'confirm', 'script'] as const) {
    const path = join(runFolder, 'samples', `${fileNameOf(cell)}.${pass}.json`);
    const found = await readJson(path, traceSchema);
    if (found.kind === 'unusable') warn(found.message);
    if (found.kind === 'read') traces.push(found.value);
  }
  return traces;
}
