import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Store } from '../../../../src/engine/ports.ts';
import { createResultsStore } from '../../../../src/store/runs/results-store.ts';
import { createServiceStore } from '../../../../src/store/runs/service-store.ts';
import { aCell, aRun, aTrace } from './a-run.ts';

const KEY = 'a'.repeat(64);
const ID = '20261123-071502-repro-3f9a2c';

let folder: string;
let store: Store;
let warnings: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cells-'));
  warnings = [];
  store = createResultsStore({ folder, warn: (text) => warnings.push(text) });
});
afterEach(() => rm(folder, { recursive: true }));

/** Stores a run that has measured one cell. */
async function stored(from: { run: string; at: string } | null = null): Promise<void> {
  const run = aRun(ID, { cells: [{ ...aCell('2.3.6'), fingerprint: KEY, from }] });
  await store.saveTrace(ID, aTrace('2.3.6'));
  await store.saveRun(run);
  await store.cells?.note(KEY, ID);
}

test('a cell is found by its fingerprint, with its samples and the run that measured it', async () => {
  expect(await store.cells?.find(KEY)).toBeNull();
  await stored();
  const found = await store.cells?.find(KEY);
  expect(found).toMatchObject({ run: ID, at: aRun(ID).createdAt, cell: { id: '2.3.6', fingerprint: KEY } });
  expect(found?.traces).toEqual([aTrace('2.3.6')]);
  expect(await store.cells?.find('b'.repeat(64))).toBeNull();
});

test('a cell that was stored after its run had been read once is found', async () => {
  await stored();
  await store.cells?.find(KEY);
  const other = { ...aCell('2.3.7'), fingerprint: 'b'.repeat(64) };
  await store.saveTrace(ID, aTrace('2.3.7'));
  await store.saveRun(aRun(ID, { cells: [{ ...aCell('2.3.6'), fingerprint: KEY }, other] }));
  await store.cells?.note(other.fingerprint, ID);
  expect((await store.cells?.find(other.fingerprint))?.cell.id).toBe('2.3.7');
});

test.each([
  ['an entry that is damaged', 'cells/KEY', '../../etc'],
  ['an empty entry', 'cells/KEY', ''],
  ['a run that is damaged', `${ID}/run.json`, '{'],
  ['samples that are damaged', `${ID}/samples/2.3.6.measure.json`, '{'],
])('%s finds nothing, and a new note fixes it', async (_, path, content) => {
  await stored();
  await writeFile(join(folder, path.replace('KEY', KEY)), content);
  expect(await store.cells?.find(KEY)).toBeNull();
  await stored();
  expect(await store.cells?.find(KEY)).not.toBeNull();
});

test('an entry whose run is gone, or has the cell from elsewhere, is forgotten', async () => {
  await stored({ run: ID, at: '' });
  expect(await store.cells?.find(KEY)).toBeNull();
  expect(await readdir(join(folder, 'cells'))).toEqual([]);
  await stored();
  await rm(join(folder, ID), { recursive: true });
  const afresh = createResultsStore({ folder, warn: () => undefined });
  expect(await afresh.cells?.find(KEY)).toBeNull();
  expect(await readdir(join(folder, 'cells'))).toEqual([]);
});

test('retention that removes a run removes what it was remembered for, and nothing of another run', async () => {
  await stored();
  const other = '20261123-071503-repro-3f9a2d';
  const key = 'c'.repeat(64);
  await store.saveTrace(other, aTrace('2.3.6'));
  await store.saveRun(aRun(other, { cells: [{ ...aCell('2.3.6'), fingerprint: key }] }));
  await store.cells?.note(key, other);
  const service = createServiceStore({ folder, runs: store, warn: () => undefined });
  await service.removeRun(ID);
  expect(await readdir(join(folder, 'cells'))).toEqual([key]);
  expect(await service.runIds()).toEqual([other]);
});
