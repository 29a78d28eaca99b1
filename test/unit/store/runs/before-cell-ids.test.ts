import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CellCode } from '../../../../src/domain/measurement/cell-codes.ts';
import { cellId } from '../../../../src/domain/cell/cell-id.ts';
import { runBody } from '../../../../src/report/page/run-body.ts';
import { createResultsStore } from '../../../../src/store/runs/results-store.ts';
import { createServiceStore } from '../../../../src/store/runs/service-store.ts';

/** Stored by the release before cells had ids. */
const OLD = fileURLToPath(new URL('../../../fixtures/runs/', import.meta.url));
const ID = '20261126-085850-repro-fc9fe2';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matrix-old-'));
  await cp(OLD, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

const fail = (message: string): never => expect.fail(message);

test('a run from before cells had ids reads as one with standard settings', async () => {
  const run = await createResultsStore({ folder, warn: fail }).loadRun(ID);
  expect(run?.cells.map(({ id, ruby, settings }) => [id, ruby, settings])).toEqual([
    ['2.7.4', '2.7.4', {}],
    ['3.1.2', '3.1.2', {}],
  ]);
  expect(run?.leaking).toEqual(['2.7.4', '3.1.2']);
});

test('codes that a later release writes are read as they are; before there were codes there are none', async () => {
  const runs = createResultsStore({ folder, warn: fail });
  const run = (await runs.loadRun(ID))!;
  expect(run.cells.map(({ code }) => code)).toEqual([null, null]);
  const later = run.cells.map((cell) => ({ ...cell, code: 'leak-of-tomorrow' as CellCode }));
  await runs.saveRun({ ...run, cells: later });
  expect((await runs.loadRun(ID))?.cells.map(({ code }) => code)).toEqual(later.map(({ code }) => code));
});

test('its samples are found by id, and drawn', async () => {
  const runs = createResultsStore({ folder, warn: fail });
  const [run, traces] = [await runs.loadRun(ID), await runs.loadTraces(ID)];
  expect(traces.map(({ cell, ruby, pass }) => [cell, ruby, pass])).toEqual([['2.7.4', '2.7.4', 'measure']]);
  const service = createServiceStore({ folder, runs, warn: fail });
  expect(await service.loadTracesOf(ID, cellId('2.7.4'))).toEqual(traces);
  const page = runBody({ run: run!, traces, position: null, actions: null }).toString();
  expect(page).toMatch(/data-cell="2\.7\.4"(?:(?!<\/li>).)*class="curve"[^>]* d="M/s);
});

test('it is written again as it was, with what cells are called now', async () => {
  const runs = createResultsStore({ folder, warn: fail });
  const run = await runs.loadRun(ID);
  await runs.saveRun(run!);
  expect(await createResultsStore({ folder, warn: fail }).loadRun(ID)).toEqual(run);
  expect(await readdir(join(folder, ID))).toEqual(['run.json', 'samples']);
});
