import { expect, test } from 'vitest';
import { configurationOf } from '../../../../src/domain/cell/configuration.ts';
import type { CellJob } from '../../../../src/engine/cell-runner.ts';
import { findCell, fingerprintOf, isAnswer } from '../../../../src/engine/measure/known-cell.ts';
import { measureCell } from '../../../../src/engine/measure/measure-cell.ts';
import type { CellMemory, PreparedImage, StoredCell } from '../../../../src/engine/ports.ts';
import type { Ruby } from '../../../../src/domain/ruby/ruby.ts';
import { aJob } from './a-job.ts';
import { matrixOf } from '../../domain/matrix-of.ts';
import { clean, failed, inconclusive, leak } from '../../report/records.ts';
import { aLoop } from '../../script/a-loop.ts';
import { scriptedContainers } from '../scripted-containers.ts';

const MATRIX = matrixOf(['2.3.6', '2.3.7']);
const [RUBY, OTHER] = MATRIX.rubies as [Ruby, Ruby];
const JOB = aJob(RUBY);
const IMAGE: PreparedImage = {
  tag: 'matrix:x',
  base: 'b',
  digest: 'd',
  source: 'official',
  ruby: '/r',
  id: 'sha256:1',
};
const of = (job: Partial<CellJob>, image = IMAGE, machine = 'linux', measuringVersion = '1') =>
  fingerprintOf({ ...JOB, ...job }, image, machine, { measuringVersion });

test('everything that decides an answer makes another fingerprint', () => {
  const options = (more: object) => ({ options: { ...JOB.options, ...more } });
  const all = [
    of({}),
    of({ input: Buffer.from('other tar') }),
    of({ args: ['1'] }),
    of({ scriptName: 'other.rb' }),
    of({ loops: [aLoop({ line: 7 })] }),
    of({ configuration: configurationOf(OTHER) }),
    of({ configuration: configurationOf(RUBY, { jit: 'yjit' }) }),
    of({ limits: { ...JOB.limits, memoryMiB: 1 } }),
    ...[{ budgetSeconds: 31 }, { exactCount: true }, { keepSleep: true }, { leastIterations: 9 }].map(
      (more) => of(options(more)),
    ),
    of({}, { ...IMAGE, id: 'sha256:2' }),
    of({}, { ...IMAGE, ruby: '/other' }),
    of({}, IMAGE, 'another kernel'),
    of({}, IMAGE, 'linux', '2'),
  ];
  expect(new Set(all).size).toBe(all.length);
  expect(all).not.toContain(null);
});

test('what decides nothing makes none', () => {
  const options = { ...JOB.options, explain: true, cache: false, axes: { jit: ['off', 'yjit'] } };
  expect(of({ options, runId: 'another' }, { ...IMAGE, tag: 'another' })).toBe(of({}));
});

test('a cell whose image is not known well enough has none', () => {
  const { id: _, ...unknown } = IMAGE;
  expect(of({}, unknown)).toBeNull();
});

const LOOP = { ...clean('2.3.6').loops[0], verdict: 'inconclusive' };

test.each([
  ['a confirmed leak', { ...leak('2.3.6'), confirmed: true }, true],
  ['a leak that was seen once', { ...leak('2.3.6'), confirmed: false }, false],
  ['a clean ruby', clean('2.3.6'), true],
  ['an inconclusive one', inconclusive('2.3.6'), false],
  ['one with an inconclusive loop', { ...clean('2.3.6'), loops: [LOOP as never] }, false],
  ['a script that contradicts what is seen', { ...clean('2.3.6'), warnings: ['it says otherwise'] }, false],
  ['no image', failed('2.3.6'), false],
  ['a script error', failed('2.3.6', { outcome: 'script-error' }), false],
  ['out of memory', failed('2.3.6', { outcome: 'out-of-memory' }), false],
])('%s is an answer that may be given again: %s', async (_, cell, isOne) => {
  expect(isAnswer(cell)).toBe(isOne);
  const memory = remembering({ run: 'r', at: 't', cell, traces: [] });
  const found = await findCell('f', { memory, measuringVersion: '1' });
  expect(found?.cell.from ?? null).toEqual(isOne ? { run: 'r', at: 't' } : null);
});

const remembering = (found: StoredCell): CellMemory => ({
  find: async () => found,
  note: async () => undefined,
  forget: async () => undefined,
});

test('a known cell starts no container, unless it is to be measured again', async () => {
  const clock = { now: () => 0, timestamp: () => '2026-01-01T00:00:00.000Z' };
  const known = {
    memory: remembering({
      run: 'before',
      at: 't',
      cell: { ...clean('2.3.6'), fingerprint: 'f' },
      traces: [],
    }),
    measuringVersion: '1',
  };
  const watcher = { state: () => undefined, sample: () => undefined };
  const measured = async (cache: boolean) => {
    const { containers, specs } = scriptedContainers(
      [{ lines: [], end: { kind: 'exited', exitCode: 1, oomKilled: false, stderr: '' } }],
      { ok: true, value: IMAGE },
    );
    const job = { ...JOB, options: { ...JOB.options, cache } };
    const measuring = { containers, clock, known, onRemoval: () => undefined };
    const { cell } = await measureCell(job, measuring, watcher, new AbortController().signal);
    return { from: cell.from?.run, containers: specs.length };
  };
  expect(await measured(true)).toEqual({ from: 'before', containers: 0 });
  expect(await measured(false)).toEqual({ from: undefined, containers: 1 });
});
