import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { StoreError } from '../../../../src/engine/ports.ts';
import { createResultsStore } from '../../../../src/store/runs/results-store.ts';
import { aCell, aRun, aTrace } from './a-run.ts';

const FIRST = '20261123-071502-repro-3f9a2c';
const SECOND = '20261123-071502-repro-77aa00';
const OLDER = '20261101-000000-other-000000';

let root: string;
let folder: string;
let told: string[];

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'matrix-store-'));
  folder = join(root, 'results');
  told = [];
});
afterEach(() => rm(root, { recursive: true, force: true }));

function store() {
  return createResultsStore({ folder, warn: (message) => told.push(message) });
}

/** Reads what `matrix report` would show. */
async function shown(typed: string) {
  const id = await store().findRun(typed);
  return id === null ? null : store().loadRun(id);
}

test('a run reads back as it was saved, in another process too', async () => {
  const run = aRun(FIRST, { state: 'done', notes: ['zwölf'] });
  await store().saveRun(run);
  expect(await store().loadRun(FIRST)).toEqual(run);
  const json: unknown = JSON.parse(await readFile(join(folder, FIRST, 'run.json'), 'utf8'));
  expect(json).toMatchObject({ schema: 1, id: FIRST, cells: [{ ruby: '2.3.6', verdict: 'leak' }] });
});

test('a results folder that is not there holds no runs', async () => {
  expect(await store().listRuns()).toEqual({ runs: [], warnings: [] });
  expect(await shown('latest')).toBeNull();
  expect(await store().loadTraces(FIRST)).toEqual([]);
});

test('saved after every cell, the newest state is what stays, also when saves pile up', async () => {
  const { saveRun, loadRun } = store();
  const cells = Array.from({ length: 20 }, (_, index) => aCell(`2.3.${index}`));
  await Promise.all(cells.map((_, index) => saveRun(aRun(FIRST, { cells: cells.slice(0, index + 1) }))));
  expect((await loadRun(FIRST))?.cells).toHaveLength(20);
  expect(await readdir(join(folder, FIRST))).toEqual(['run.json']);
});

test('an id may be shortened as long as it tells one run', async () => {
  await store().saveRun(aRun(FIRST));
  await store().saveRun(aRun(OLDER));
  expect((await shown('20261123'))?.id).toBe(FIRST);
  expect((await shown('202611'.slice(0, 8) + '01'))?.id).toBe(OLDER);
  expect(await shown('20991231')).toBeNull();
  expect(await shown('')).toBeNull();
  await expect(shown('2026')).rejects.toThrow(/2 runs begin with 2026: .*3f9a2c.*; type more of the id/);
});

test('latest is the run created last', async () => {
  await store().saveRun(aRun(FIRST, { createdAt: '2026-11-23T07:15:02.900Z' }));
  await store().saveRun(aRun(SECOND, { createdAt: '2026-11-23T07:15:02.100Z' }));
  await store().saveRun(aRun(OLDER));
  await store().saveTrace(FIRST, aTrace('2.3.6'));
  expect((await shown('latest'))?.id).toBe(FIRST);
  expect(await store().loadTraces(FIRST)).toHaveLength(1);
  expect((await store().listRuns()).runs.map((run) => run.id)).toEqual([FIRST, SECOND, OLDER]);
});

test('samples read back by ruby and pass', async () => {
  const bands = [
    { stretch: 0, line: 2, context: null },
    { stretch: 1, line: 4, context: 'test_a' },
  ];
  const traces = [
    aTrace('2.3.6'),
    aTrace('2.3.6', 'confirm'),
    { ...aTrace('2.3.6', 'script'), bands },
    aTrace('all-ruby/2.3.6'),
  ];
  for (const trace of traces) await store().saveTrace(FIRST, trace);
  const back = await store().loadTraces(FIRST);
  expect(back).toHaveLength(4);
  for (const trace of traces) expect(back).toContainEqual(trace);
});

test('names from outside stay inside the folder', async () => {
  await store().saveRun(aRun(FIRST));
  for (const ruby of ['../../evil', '/etc/evil', '..', '.hidden', 'a\0b']) {
    await store().saveTrace(FIRST, aTrace(ruby));
  }
  expect(await readdir(root)).toEqual(['results']);
  expect(await readdir(folder)).toEqual([FIRST]);
  expect((await store().loadTraces(FIRST)).map((trace) => trace.ruby).toSorted()).toEqual(
    ['../../evil', '/etc/evil', '..', '.hidden', 'a\0b'].toSorted(),
  );
  await expect(store().saveRun(aRun('../evil'))).rejects.toThrow(/is not the id of a run/);
  await expect(store().saveTrace('..', aTrace('2.3.6'))).rejects.toThrow(StoreError);
  await writeFile(join(root, 'run.json'), JSON.stringify(aRun(FIRST)));
  expect(await store().loadRun('..')).toBeNull();
  expect(await store().loadRun(`../results/${FIRST}`)).toBeNull();
});

test('a run is loaded by its whole id without a look at the others', async () => {
  await store().saveRun(aRun(FIRST));
  expect(await store().loadRun(FIRST.slice(0, 12))).toBeNull();
});

test('a linked folder is not followed', async () => {
  await mkdir(join(root, 'elsewhere'));
  await writeFile(join(root, 'elsewhere', 'run.json'), JSON.stringify(aRun(FIRST)));
  await mkdir(folder);
  await symlink(join(root, 'elsewhere'), join(folder, FIRST));
  expect(await store().loadRun(FIRST)).toBeNull();
});

test.each([
  [
    'torn',
    (text: string) => text.slice(0, text.length / 2),
    /run\.json is damaged \(not JSON: .*quarantined as run\.json\.damaged-/,
  ],
  ['empty', () => '', /damaged \(it is empty\)/],
  ['binary', () => '\u0000\u0001\u0002', /damaged \(not JSON/],
])(
  'a run.json that is %s is quarantined, told once, and the rest still reads',
  async (_, damage, message) => {
    await store().saveRun(aRun(FIRST));
    await store().saveTrace(FIRST, aTrace('2.3.6'));
    await store().saveRun(aRun(OLDER));
    const path = join(folder, FIRST, 'run.json');
    await writeFile(path, damage(await readFile(path, 'utf8')));

    const list = await store().listRuns();
    expect(list.runs.map((run) => run.id)).toEqual([OLDER]);
    expect(list.warnings).toEqual([expect.stringMatching(message)]);
    expect(await readdir(join(folder, FIRST))).toEqual([
      expect.stringMatching(/^run\.json\.damaged-/),
      'samples',
    ]);
    expect((await store().listRuns()).warnings).toEqual([]);
    expect(await store().loadTraces(FIRST)).toHaveLength(1);
  },
);

test('a damaged run that is requested by its id is an error; latest continues to the next one', async () => {
  await store().saveRun(aRun(FIRST));
  await store().saveRun(aRun(OLDER));
  await writeFile(join(folder, FIRST, 'run.json'), '{');
  expect((await shown('latest'))?.id).toBe(OLDER);
  expect(told).toEqual([expect.stringMatching(/is damaged/)]);
  await writeFile(join(folder, FIRST, 'run.json'), '{');
  await expect(store().loadRun(FIRST)).rejects.toThrow(/is damaged .*quarantined/);
});

test('damaged samples are quarantined and the others still read', async () => {
  await store().saveTrace(FIRST, aTrace('2.3.6'));
  await store().saveTrace(FIRST, aTrace('2.3.7'));
  await writeFile(join(folder, FIRST, 'samples', '2.3.6.measure.json'), '{"schema":1,"ruby":"2.3.6"');
  expect((await store().loadTraces(FIRST)).map((trace) => trace.ruby)).toEqual(['2.3.7']);
  expect(told).toEqual([expect.stringMatching(/2\.3\.6\.measure\.json is damaged/)]);
});

test('a file of a newer schema is named and left where it is', async () => {
  await store().saveRun(aRun(FIRST));
  const path = join(folder, FIRST, 'run.json');
  await writeFile(path, '{"schema":2,"id":"x"}');
  expect((await store().listRuns()).warnings).toEqual([
    expect.stringMatching(/newer release of matrix \(schema 2\)/),
  ]);
  expect(await readFile(path, 'utf8')).toBe('{"schema":2,"id":"x"}');
});

test.each([
  ['an outcome that a later version knows', '"outcome": "measured"', '"outcome": "host-unavailable"'],
  ['a field of another shape', '"cells": [', '"cells": [5,'],
])('a run with %s is named and left where it is', async (_, was, is) => {
  await store().saveRun(aRun(FIRST));
  await store().saveRun(aRun(OLDER));
  const path = join(folder, FIRST, 'run.json');
  const text = (await readFile(path, 'utf8')).replace(was, is);
  expect(text).toContain(is);
  await writeFile(path, text);
  for (let times = 0; times < 2; times += 1) {
    const { runs, warnings } = await store().listRuns();
    expect(runs.map((run) => run.id)).toEqual([OLDER]);
    expect(warnings).toEqual([
      expect.stringMatching(/run\.json does not fit this release of matrix \(cells\.0/),
    ]);
  }
  await expect(store().loadRun(FIRST)).rejects.toThrow(/left unchanged/);
  expect(await readFile(path, 'utf8')).toBe(text);
});

test('a copied folder that holds another run is named, not shown twice', async () => {
  await store().saveRun(aRun(FIRST));
  await mkdir(join(folder, SECOND));
  await writeFile(join(folder, SECOND, 'run.json'), await readFile(join(folder, FIRST, 'run.json')));
  const list = await store().listRuns();
  expect(list.runs).toHaveLength(1);
  expect(list.warnings).toEqual([expect.stringMatching(/holds another run/)]);
});

test('what a killed writer left behind is not read, and goes away with time', async () => {
  await store().saveRun(aRun(FIRST));
  const old = join(folder, FIRST, '.run.json.0011aabb.tmp');
  const fresh = join(folder, FIRST, '.run.json.0011aabc.tmp');
  await writeFile(old, '{"schema":');
  await writeFile(fresh, '{"schema":');
  await utimes(old, 0, 0);
  expect((await store().listRuns()).warnings).toEqual([]);
  await store().saveRun(aRun(OLDER));
  expect((await readdir(join(folder, FIRST))).toSorted()).toEqual(['.run.json.0011aabc.tmp', 'run.json']);
});

test('a record that would not read back is refused before it is written', async () => {
  await store().saveRun(aRun(FIRST));
  const bad = aRun(FIRST, { cells: [{ ...aCell('2.3.6'), confidence: Number.NaN }] });
  await expect(store().saveRun(bad)).rejects.toThrow(/cells\.0\.confidence/);
  expect((await store().loadRun(FIRST))?.cells[0]?.confidence).toBe(0.99);
});

test('a file where the folder should be says so', async () => {
  await writeFile(folder, '');
  await expect(store().saveRun(aRun(FIRST))).rejects.toThrow(
    /results.*: there is a file where a folder is needed; move it away/,
  );
  await expect(store().listRuns()).rejects.toThrow(StoreError);
});
