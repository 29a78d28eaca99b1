import { describe, expect, test } from 'vitest';
import { judge } from '../../../src/analysis/judge.ts';
import type { Sample } from '../../../src/domain/measurement/sample.ts';
import { samplesOf, type Body } from './families/simulated.ts';

const MEMORY = 512 * 2 ** 20;
const take = (body: Body, count: number): readonly Sample[] => [...samplesOf(body, 1, 60)].slice(0, count);
const end = (samples: readonly Sample[], kind: 'memory' | 'budget' = 'memory') =>
  judge(samples, { memoryBytes: MEMORY, ended: { kind, text: 'the memory limit of 512 MiB was reached' } })!;
const keeping = (bytes: number): Body => ({
  microseconds: 400_000,
  malloc: (n) => n * bytes,
  blocks: (n) => n,
});

describe('the end of memory', () => {
  test.each([4, 5, 6])('%i checkpoints that rise alike are a leak', (count) => {
    const verdict = end(take(keeping(90e6), count));
    expect(verdict).toMatchObject({
      kind: 'leak',
      cause: 'native',
      evidence: `linear in ${count - 1} steps through iteration ${count - 1}, when memory was used up`,
    });
    expect(verdict.growth!.malloc.perIteration).toBeCloseTo(90e6, -4);
  });

  test('slots make it one of objects', () => {
    const body = { microseconds: 400_000, slots: (n: number) => n * 2e6 };
    expect(end(take(body, 6))).toMatchObject({ kind: 'leak', cause: 'objects' });
  });

  test('of resident memory outside of malloc it is a leak, too', () => {
    const body = { microseconds: 10, outside: (n: number) => 16_384 * n };
    const samples = take(body, 24).filter(({ anonBytes }) => (anonBytes ?? 0) < MEMORY);
    expect(end(samples)).toMatchObject({ kind: 'leak', cause: 'outside-malloc' });
    const full = { microseconds: 10, outside: (n: number) => 16_384 * Math.min(n, 12_000) };
    expect(end(take(full, 24)).kind).toBe('inconclusive');
    // Live blocks that come and go beside jemalloc, which maps them.
    const few = take({ microseconds: 400_000, outside: (n) => 90e6 * n }, 6);
    expect(end(few).kind).toBe('leak');
    const explained = few.map((one, i) => ({ ...one, mallocBytes: i % 2 === 0 ? one.anonBytes! : 4e6 }));
    expect(end(explained).kind).not.toBe('leak');
  });

  test.each([
    ['two steps', take(keeping(90e6), 3)],
    ['an iteration that asks for too much and keeps nothing', take({ microseconds: 400_000 }, 6)],
    ['growth that stops', take({ ...keeping(0), malloc: (n) => 90e6 * Math.min(n, 3) }, 8)],
    [
      'what is gathered inside of one long iteration',
      take(keeping(90e6), 6).map((one, i) => ({
        ...one,
        boundary: i === 0 ? ('outer' as const) : ('inner' as const),
      })),
    ],
  ])('%s say nothing', (_name, samples) =>
    expect(end(samples)).toMatchObject({
      kind: 'inconclusive',
      reason: expect.stringMatching(/^the memory limit .* give the containers more memory$/),
    }),
  );

  test('without it so few checkpoints are too few', () =>
    expect(end(take(keeping(90e6), 4), 'budget').kind).toBe('inconclusive'));
});
