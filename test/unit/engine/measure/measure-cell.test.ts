import { expect, test } from 'vitest';
import { measureCell } from '../../../../src/engine/measure/measure-cell.ts';
import type { Ruby } from '../../../../src/domain/ruby/ruby.ts';
import { EngineError, type Containers } from '../../../../src/engine/ports.ts';
import { aJob } from './a-job.ts';
import { matrixOf } from '../../domain/matrix-of.ts';
import { scriptedContainers, type Play } from '../scripted-containers.ts';

const MATRIX = matrixOf(['2.3.6']);
const [RUBY] = MATRIX.rubies as [Ruby];
const JOB = aJob(RUBY);
const clock = { now: () => performance.now(), timestamp: () => '2026-01-01T00:00:00.000Z' };
const leaving: PromiseLike<void>[] = [];
const leave = (gone: PromiseLike<void>): void => void leaving.push(gone);
const watcher = { state: () => undefined, sample: () => undefined };
const never = new AbortController().signal;
const measure = (containers: Containers, signal = never) =>
  measureCell(JOB, { containers, clock, onRemoval: leave }, watcher, signal);

/** Simulates a body of 10 µs that keeps `rate` bytes an iteration, for ten seconds of looping. */
function container(rate: number): Play {
  const lines = Array.from({ length: 400 }, (_, k) => {
    const n = k * 2500;
    const smaps = { heap: 4e6, rss: 9e6 + n * rate, anon: 5e6 + n * rate, pss: 8e6 };
    return JSON.stringify({
      t: 'sample',
      n,
      stretch: 0,
      loops: [[0, n]],
      outer: true,
      loopNs: k * 25e6,
      slots: 1000,
      slotBytes: 40_000,
      ms: k * 28,
      bytes: 4e6 + n * rate,
      blocks: 9000 + (rate > 0 ? n : 0),
      pageBytes: 0,
      ...smaps,
    });
  });
  const begun = '{"t":"stretch","about":"0 0 AAA="}';
  return { lines: ['{"t":"ruby","description64":""}', begun, ...lines], end: null };
}

test('a leak that a second container shows too is confirmed, with the cause the second one found', async () => {
  const { containers, specs, removed } = scriptedContainers([container(64), container(64)]);
  const { cell, traces } = await measure(containers);
  expect(cell).toMatchObject({ outcome: 'measured', verdict: 'leak', cause: 'native', confirmed: true });
  expect(cell.growth?.malloc.perIteration).toBeCloseTo(64, 3);
  const settings = await Promise.all(specs.map(async ({ env }) => await env));
  expect(settings.map((env) => env['MATRIX_PRELUDE']?.includes('memsize'))).toEqual([false, true]);
  expect(traces.map(({ pass }) => pass)).toEqual(['measure', 'confirm']);
  await Promise.all(leaving);
  expect(removed).toEqual([0, 1]);
});

test('a leak that a second container does not show is inconclusive, and reports that', async () => {
  const { cell } = await measure(scriptedContainers([container(64), container(0)]).containers);
  expect(cell).toMatchObject({ verdict: 'inconclusive', cause: null, confirmed: false });
  expect(cell.message).toContain('one container showed 64.0 bytes per iteration, a fresh one none');
});

const OUT_OF_TIME: Play = {
  lines: [
    ...container(0).lines,
    '{"t":"exit","reason":"budget","code":0,"signal":9,"oom":false,"dropped":0}',
  ],
  end: { kind: 'exited', exitCode: 0, oomKilled: false, stderr: '' },
};

const askedFor = async (leastIterations: number, play: Play) => {
  const job = { ...JOB, options: { ...JOB.options, leastIterations } };
  const { containers } = scriptedContainers([play, play]);
  return (await measureCell(job, { containers, clock, onRemoval: leave }, watcher, never)).cell;
};

test('a loop is not called clean before the iterations that were requested', async () => {
  const usual = await askedFor(0, container(0));
  expect(usual.verdict).toBe('clean');
  expect(usual.iterations).toBeLessThan(500_000);
  const asked = await askedFor(900_000, container(0));
  expect(asked.verdict).toBe('clean');
  expect(asked.iterations).toBeGreaterThanOrEqual(900_000);
});

test('a loop that is given no time for the iterations that were requested is inconclusive', async () => {
  const short = await askedFor(2_000_000, OUT_OF_TIME);
  expect(short).toMatchObject({ verdict: 'inconclusive', code: 'budget-ended' });
  expect(short.message).toContain('clean as far as it went, and at least 2,000,000 were asked for');
  expect(short.smallestDetectable).toBeGreaterThanOrEqual(0);
});

test('a leak need not continue for the iterations that were requested', async () => {
  expect(await askedFor(900_000, container(64))).toMatchObject({ verdict: 'leak', confirmed: true });
});

test('a leak of another rate is not the same leak', async () => {
  const { cell } = await measure(scriptedContainers([container(64), container(200)]).containers);
  expect(cell.verdict).toBe('inconclusive');
});

test('a leak stays a leak when the second container fails, but not a confirmed one', async () => {
  const broken: Play = { lines: [], end: { kind: 'engine-lost', message: 'the engine is gone' } };
  const { cell } = await measure(scriptedContainers([container(64), broken]).containers);
  expect(cell).toMatchObject({ verdict: 'leak', confirmed: false });
  expect(cell.warnings.join()).toContain('the engine is gone');
});

test('a clean cell needs one container', async () => {
  const { containers, specs } = scriptedContainers([container(0)]);
  const { cell } = await measure(containers);
  expect([cell.verdict, cell.confirmed, specs.length]).toEqual(['clean', false, 1]);
});

test('an image that cannot be had is a row with its reason', async () => {
  const refusal = { ok: false, kind: 'image-unavailable', message: 'no registry answers' } as const;
  const { cell, traces } = await measure(scriptedContainers([], refusal).containers);
  expect(cell).toMatchObject({
    outcome: 'image-unavailable',
    stage: 'image',
    message: 'no registry answers',
    verdict: null,
  });
  expect(traces).toEqual([]);
});

const refusing = (error: Error): Containers => ({
  ...scriptedContainers([]).containers,
  start: async () => {
    throw error;
  },
});

test('an engine that refuses is a row with its reason; a bug is not swallowed', async () => {
  const { cell } = await measure(refusing(new EngineError('no space left')));
  expect(cell).toMatchObject({ outcome: 'engine-error', message: 'no space left' });
  await expect(measure(refusing(new TypeError('a bug')))).rejects.toThrow('a bug');
});

test('an abort before the start, and one in the middle', async () => {
  const before = await measure(scriptedContainers([]).containers, AbortSignal.abort());
  expect(before.cell.outcome).toBe('cancelled');
  const abort = new AbortController();
  const { containers, removed } = scriptedContainers([{ lines: container(0).lines.slice(0, 10), end: null }]);
  setTimeout(() => abort.abort(), 20);
  const { cell } = await measure(containers, abort.signal);
  expect([cell.outcome, cell.checkpoints, removed]).toEqual(['cancelled', 8, [0]]);
});

test('a script that writes checkpoints without end is ended, and the reason is reported', async () => {
  const { lines } = container(0);
  const [ruby = '', begun = '', first = ''] = lines;
  const flood = Array.from({ length: 5_000 }, (_, n) => first.replace('"n":0', `"n":${n}`));
  const { containers, removed } = scriptedContainers([{ lines: [ruby, begun, ...flood], end: null }]);
  const { cell } = await measure(containers);
  expect(cell).toMatchObject({
    outcome: 'script-error',
    stage: 'loop',
    checkpoints: 2_048,
    message:
      'the script wrote more than 2,048 checkpoints to the measurement pipe: its own reports cannot be trusted (file descriptor 198 is not for scripts)',
  });
  expect(removed).toEqual([0]);
});

test('the slope for those who watch is worked out a few times a second, however fast samples come', async () => {
  const slopes: (number | null)[] = [];
  let ms = 0;
  const ticking = { ...clock, now: () => (ms += 1) };
  const watching = { ...watcher, sample: (_: unknown, slope: number | null) => void slopes.push(slope) };
  const { containers } = scriptedContainers([container(0)]);
  await measureCell(JOB, { containers, clock: ticking, onRemoval: leave }, watching, never);
  expect(slopes.length).toBeGreaterThan(9);
  expect(slopes.filter((slope) => slope !== null).length).toBeLessThanOrEqual(Math.ceil(ms / 250));
});
