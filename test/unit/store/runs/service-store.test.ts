import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { STANDARD_OPTIONS } from '../../../../src/domain/run/options.ts';
import { createResultsStore } from '../../../../src/store/runs/results-store.ts';
import { createServiceStore } from '../../../../src/store/runs/service-store.ts';
import { record } from '../../report/records.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matrix-service-store-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const TICKET = {
  client: 'a@local',
  idempotency: { owner: 'a', key: 'k', hash: 'h' },
  fingerprint: 'f',
  attempts: 1,
  images: { '2.3.6': 'matrix:2.3.6-abc' },
  request: null,
};

function store(warnings: string[] = []) {
  const warn = (message: string): unknown => warnings.push(message);
  return createServiceStore({ folder, runs: createResultsStore({ folder, warn }), warn });
}

test('a ticket from before leaks could be named and sleeps kept asks for neither', async () => {
  const run = record([]);
  await store().saveRun(run);
  const before = {
    script: { name: 'repro.rb', text: 'loop { }' },
    files: [],
    args: [],
    rubies: ['2.3.6'],
    budgetSeconds: 30,
    exactCount: false,
    loopLine: null,
    notes: [],
  };
  const text = JSON.stringify({ schema: 1, ...TICKET, request: before });
  await writeFile(join(folder, run.id, 'ticket.json'), text);
  expect((await store().loadTicket(run.id))?.request).toEqual({
    ...before,
    ...STANDARD_OPTIONS,
    exactCount: before.exactCount,
    loopLine: before.loopLine,
  });
});

test('a ticket is read back; a run without one was not made by the service', async () => {
  const run = record([]);
  await store().saveRun(run);
  expect(await store().loadTicket(run.id)).toBeNull();
  await store().saveTicket(run.id, TICKET);
  expect(await store().loadTicket(run.id)).toMatchObject(TICKET);
  expect(await store().bytesOf(run.id)).toBeGreaterThan(200);
  await store().removeRun(run.id);
  expect(await store().runIds()).toEqual([]);
});

test('a damaged ticket is reported, and does not stop the rest', async () => {
  const run = record([]);
  await store().saveRun(run);
  await writeFile(join(folder, run.id, 'ticket.json'), '{"schema":1,');
  const warnings: string[] = [];
  expect(await store(warnings).loadTicket(run.id)).toBeNull();
  expect(warnings.join()).toMatch(/ticket\.json is damaged/);
});

test.each(['..', '../x', 'a/../..', ''])('%j is no run and is not removed', async (id) => {
  await writeFile(join(folder, 'stays'), '');
  await expect(store().removeRun(id)).rejects.toThrow(/not the id of a run/);
  const there = await readdir(folder);
  expect(there.filter((name) => !name.startsWith('.index.db'))).toEqual(['stays']);
});
