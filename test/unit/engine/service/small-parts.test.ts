import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { STANDARD_OPTIONS } from '../../../../src/domain/run/options.ts';
import { refusalFor } from '../../../../src/engine/service/intake/admission.ts';
import {
  fingerprintOf,
  hashedFiles,
  isReusable,
  requestHash,
} from '../../../../src/engine/service/intake/fingerprint.ts';
import { expired } from '../../../../src/engine/service/archive/retention.ts';
import { matrixOf } from '../../domain/matrix-of.ts';
import { explained, native } from '../../report/explain/findings.ts';
import { clean, failed, inconclusive, leak, record } from '../../report/records.ts';

const LIMITS = { jobs: 2, waitingRuns: 10, keepDays: 30, keepBytes: 1000, minimumFreeBytes: 0 };
const LOAD = { draining: false, waitingRuns: 0, waitingRunsOfClient: 0, waitingCells: 0, secondsPerCell: 4 };

function room(waitingRuns: number, waitingRunsOfClient: number): boolean {
  return refusalFor({ ...LOAD, waitingRuns, waitingRunsOfClient }, LIMITS) === null;
}

test('the queue has room for half of it per client, and a place for whoever has none', () => {
  expect([room(0, 0), room(4, 4), room(5, 5), room(9, 1), room(10, 1)]).toEqual([
    true,
    true,
    false,
    true,
    false,
  ]);
  expect([room(10, 0), room(19, 0), room(20, 0)]).toEqual([true, true, false]);
});

test('whoever is refused is reported when a place gets free', () => {
  const load = { ...LOAD, waitingRuns: 10, waitingRunsOfClient: 5, waitingCells: 50 };
  expect(refusalFor(load, LIMITS)).toMatchObject({ kind: 'queue-full', retryAfterSeconds: 10 });
  expect(refusalFor({ ...LOAD, draining: true }, LIMITS)).toMatchObject({ kind: 'draining' });
});

const NAMED = { options: { ...record([]).options, explain: true } };

test.each([
  ['leak and clean', record([leak('2.3.6'), clean('2.4.10')]), true],
  ['a script error', record([failed('2.3.6', { outcome: 'script-error' })]), true],
  ['an inconclusive one', record([clean('2.4.10'), inconclusive('2.3.6')]), false],
  ['an image that was not there', record([failed('2.3.6')]), false],
  ['a leak with its name', record([explained('2.3.6', [native()])], NAMED), true],
  ['a leak that nobody looked into', record([leak('2.3.6')], NAMED), false],
  ['a leak that could not be named', record([explained('2.3.6', [])], NAMED), false],
  ['nothing to be named', record([clean('2.4.10')], NAMED), true],
  ['a cancelled run', record([clean('2.4.10')], { state: 'cancelled' }), false],
])('an answer of %s may stand in for another: %s', (_, run, reusable) => {
  expect(isReusable(run)).toBe(reusable);
});

test('who wants the sleeps kept gets no answer of before, and who does not is found under the hash of before', () => {
  const request = {
    script: { name: 'a.rb', text: 'loop { sleep 1 }\n' },
    body: null,
    files: [],
    args: [],
    rubies: [],
    options: { ...STANDARD_OPTIONS, budgetSeconds: 30 },
    notes: [],
  };
  const kept = { ...request, options: { ...request.options, keepSleep: true } };
  expect(fingerprintOf(kept, [], '1')).not.toBe(fingerprintOf(request, [], '1'));
  expect(requestHash(kept, [])).not.toBe(requestHash(request, []));
  const { script, files, args, rubies, notes } = request;
  const before = { script, files, args, rubies, budgetSeconds: 30, exactCount: false, loopLine: null, notes };
  expect(requestHash(request, [])).toBe(createHash('sha256').update(JSON.stringify(before)).digest('hex'));
});

test.each([
  [
    { ...STANDARD_OPTIONS, budgetSeconds: 30 },
    'bdde80e8f78677d96349f2ffd1148e528f494d1fc28635124a836997b54265b8',
  ],
  [
    {
      ...STANDARD_OPTIONS,
      budgetSeconds: 7.5,
      exactCount: true,
      loopLine: 4,
      keepSleep: true,
      explain: true,
    },
    'c79e6c2136ce94a9f47daf6030876956c1b738a4c1fccf8abe8c57dce313b2bb',
  ],
])('keys of clients are stored with hashes, which stay what they were: %j', (options, hash) => {
  const request = {
    script: { name: 'repro.rb', text: 'loop { }' },
    body: null,
    files: [{ path: 'a.rb', content: Buffer.from('1') }],
    args: ['x'],
    rubies: matrixOf(['2.3.6']).rubies,
    options: { ...STANDARD_OPTIONS, ...options },
    notes: [],
  };
  expect(requestHash(request, hashedFiles(request.files))).toBe(hash);
});

const NOW = '2026-11-23T00:00:00.000Z';
const kept = (
  id: string,
  day: number,
  bytes: number,
  state: 'done' | 'running' | 'queued' | 'cancelled' = 'done',
) => ({
  id,
  bytes,
  state,
  createdAt: new Date(Date.parse(NOW) - day * 86_400_000).toISOString(),
});

test('what is too old goes, and the oldest of too much; never what is not finished', () => {
  const runs = [kept('new', 1, 400), kept('mid', 2, 400), kept('old', 3, 400), kept('ancient', 31, 10)];
  expect(expired(runs, LIMITS, NOW)).toEqual(['ancient', 'old']);
  const busy = [kept('running', 40, 5000, 'running'), kept('queued', 40, 0, 'queued'), kept('done', 1, 10)];
  expect(expired(busy, LIMITS, NOW)).toEqual(['done']);
  expect(expired([kept('cancelled', 40, 1, 'cancelled')], LIMITS, NOW)).toEqual(['cancelled']);
});
