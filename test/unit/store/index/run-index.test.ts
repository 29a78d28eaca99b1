import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CellRecord, RunRecord } from '../../../../src/domain/run/record.ts';
import { indexed, settingInIds, type RunIndex } from '../../../../src/engine/service/archive/run-index.ts';
import { EVERY_RUN, type RunQuery } from '../../../../src/engine/service/archive/run-query.ts';
import { openRunIndex } from '../../../../src/store/index/run-index.ts';
import { cellNamed } from '../../domain/cell-named.ts';
import { clean, failed, inconclusive, leak, record } from '../../report/records.ts';

let folder: string;
let warnings: string[];
let index: RunIndex;
const open = (): RunIndex => openRunIndex(join(folder, 'index.db'), (message) => warnings.push(message));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matrix-index-'));
  warnings = [];
  index = open();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const TICKET = {
  client: 'alice@::1',
  idempotency: null,
  fingerprint: 'f',
  attempts: 1,
  images: { '2.3.6': 'i' },
};

/** Makes the run of a day, with its own script. */
function run(
  day: number,
  cells: readonly CellRecord[],
  text = 'loop { }',
  change: Partial<RunRecord> = {},
): RunRecord {
  return record(cells, {
    id: `202611${day}-071502-repro-3f9a2c`,
    createdAt: `2026-11-${day}T07:15:02.000Z`,
    script: { name: 'repro.rb', sha256: '0'.repeat(64), text },
    ...change,
  });
}
const put = (...runs: readonly RunRecord[]): void => {
  for (const one of runs) index.put(indexed(one, TICKET, { stamp: 's', bytes: 10 }));
};
const found = (query: Partial<RunQuery>): readonly string[] =>
  index.search({ ...EVERY_RUN, limit: 20, ...query }).runs.map(({ id }) => id.slice(6, 8));

test('a run is found by any part of its script, name, sentence and id, and by all texts together', () => {
  put(
    run(10, [leak('2.3.6')], 'Thread.new { "a b" }', { sentence: '2.3.6 leaks 64 bytes.' }),
    run(11, [clean('2.4.3')], 'def x_100%() end'),
  );
  expect([found({ texts: ['hread.n'] }), found({ texts: ['THREAD'] }), found({ texts: ['"a b"'] })]).toEqual([
    ['10'],
    ['10'],
    ['10'],
  ]);
  expect([found({ texts: ['repro.rb'] }), found({ texts: ['leaks 64'] })]).toEqual([['11', '10'], ['10']]);
  expect([found({ texts: ['3f9a2c', 'Thread'] }), found({ texts: ['Thread', 'x_100'] })]).toEqual([
    ['10'],
    [],
  ]);
  // Under three characters: names and sentences only; nothing in them is a wildcard.
  expect([found({ texts: ['64'] }), found({ texts: ['%'] }), found({ texts: ['_'] })]).toEqual([
    ['10'],
    [],
    [],
  ]);
});

test.each([
  '"',
  '""',
  'a" OR "b',
  'x NEAR y',
  'title:repro',
  '*',
  '^rep',
  '(rep',
  'é'.repeat(200),
  '\\',
  "'; DROP",
])('the text %j is searched as it is, and is no operator', (text) => {
  put(run(10, [leak('2.3.6')]), run(11, [leak('2.3.6')], `x = 1 # ${text}`));
  expect(found({ texts: [text] })).toEqual(Array.from(text).length < 3 ? [] : ['11']);
});

test('verdict, ruby and setting are those of one and the same cell', () => {
  put(
    run(10, [leak('2.3.6'), clean('3.3.8+yjit')]),
    run(11, [clean('2.3.6'), leak('3.3.8+yjit')]),
    run(12, [inconclusive('3.3.8+arenas=2'), failed('3.3.8+arenas=2+yjit')]),
  );
  expect([found({ verdict: 'leak' }), found({ rubies: ['2.3.6', '9.9'] })]).toEqual([
    ['11', '10'],
    ['11', '10'],
  ]);
  expect(found({ verdict: 'leak', rubies: ['2.3.6'] })).toEqual(['10']);
  expect(found({ settings: ['yjit'] })).toEqual(['12', '11', '10']);
  expect([found({ settings: ['yjit'], verdict: 'leak' }), found({ settings: ['yjit', 'arenas=2'] })]).toEqual(
    [['11'], ['12']],
  );
  expect(found({ verdict: 'unmeasured', settings: ['arenas=2'] })).toEqual(['12']);
  expect([found({ settings: ['arenas=20'] }), found({ settings: ['jit'] })]).toEqual([[], []]);
  // So many rubies that the cells of one run after the other are looked at.
  const many = ['2.3.6', ...Array.from({ length: 200 }, (_, patch) => `9.9.${patch}`)];
  expect([found({ rubies: many, verdict: 'clean' }), found({ rubies: many.slice(1) })]).toEqual([['11'], []]);
});

test('a setting is found however it is written', () => {
  expect(['yjit', 'jit=yjit', 'arenas=2', 'jit=off', 'colour=red', ''].map(settingInIds)).toEqual([
    'yjit',
    'yjit',
    'arenas=2',
    null,
    null,
    null,
  ]);
});

test('days, owner and state narrow the list down; pages follow each other also when a run goes away', () => {
  const days = [10, 11, 12, 13, 14].map((day) => run(day, [clean('2.4.3')]));
  put(...days);
  index.put(
    indexed(run(15, [cellOf()], 'x', { state: 'running', finishedAt: null }), null, { stamp: 's', bytes: 0 }),
  );
  expect(found({ from: '2026-11-12', before: '2026-11-14' })).toEqual(['13', '12']);
  expect([found({ owner: 'alice' }).length, found({ owner: 'bob' }), found({ isFinished: false })]).toEqual([
    5,
    [],
    ['15'],
  ]);
  const first = index.search({ ...EVERY_RUN, limit: 2 });
  expect([first.runs.map(({ id }) => id.slice(6, 8)), first.hasMore, first.total]).toEqual([
    ['15', '14'],
    true,
    6,
  ]);
  index.remove(days[4]!.id);
  expect(found({ after: days[4]!, limit: 2 })).toEqual(['13', '12']);
  expect(index.search({ ...EVERY_RUN, after: days[2]!, limit: 2 })).toMatchObject({
    hasMore: false,
    total: 5,
  });
});

const cellOf = (): CellRecord => ({
  ...clean('2.4.3'),
  ...cellNamed('2.4.3'),
  state: 'measuring',
  verdict: null,
});

test('a run replaces what was known of it; runs of one moment all stay', () => {
  put(run(10, [leak('2.3.6')], 'first'));
  put(run(10, [clean('2.3.6')], 'first', { sentence: '2.3.6 is clean.' }));
  const twin = run(10, [clean('2.3.6')], 'first', { id: '20261110-071502-other-13f9a2c' });
  put(twin);
  expect([found({ verdict: 'leak' }), found({ texts: ['first'] }), index.ids().size]).toEqual([
    [],
    ['10', '10'],
    2,
  ]);
  index.remove(twin.id);
  expect([found({}), index.get(twin.id), found({ texts: ['first'] })]).toEqual([['10'], null, ['10']]);
});

test('it survives: what was put is there when the file is opened again', () => {
  put(run(10, [leak('2.3.6')], 'Thread.new'));
  index = open();
  expect([found({ texts: ['Thread'] }), index.restore()]).toEqual([['10'], false]);
  expect([...index.finishedStamps().values()]).toEqual(['s']);
  expect(index.findAnswer('f')).toMatchObject({ images: { '2.3.6': 'i' } });
  expect(warnings).toEqual([]);
});

test.each(['not a database', 'SQLite format 3\0 and then nonsense'.padEnd(5000, 'x'), ''])(
  'a file that is none is made again (%#)',
  async (text) => {
    put(run(10, [leak('2.3.6')]));
    const other = join(folder, 'other.db');
    await writeFile(other, text);
    index = openRunIndex(other, (message) => warnings.push(message));
    put(run(11, [leak('2.3.6')]));
    expect(found({})).toEqual(['11']);
    expect([index.restore(), warnings.length]).toEqual(text === '' ? [false, 0] : [true, 1]);
  },
);

test('a file that is removed while it is open is made again', async () => {
  put(run(10, [leak('2.3.6')]));
  for (const name of await readdir(folder)) await rm(join(folder, name));
  expect([index.restore(), index.restore(), found({})]).toEqual([true, false, []]);
  put(run(11, [leak('2.3.6')]));
  index = open();
  expect(found({})).toEqual(['11']);
});
