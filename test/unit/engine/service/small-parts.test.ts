import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { refusalFor } from '../../../../src/engine/service/admission.ts';
import { fingerprintOf, isReusable, requestHash } from '../../../../src/engine/service/fingerprint.ts';
import { expired } from '../../../../src/engine/service/retention.ts';
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

test('whoever is refused is told when a place gets free', () => {
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
    budgetSeconds: 30,
    exactCount: false,
    keepSleep: false,
    loopLine: null,
    explain: false,
    notes: [],
  };
  const kept = { ...request, keepSleep: true };
  expect(fingerprintOf(kept, [], '1')).not.toBe(fingerprintOf(request, [], '1'));
  expect(requestHash(kept, [])).not.toBe(requestHash(request, []));
  const { body: _, explain: __, keepSleep: ___, ...before } = request;
  expect(requestHash(request, [])).toBe(createHash('sha256').update(JSON.stringify(before)).digest('hex'));
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
