import { describe, expect, test } from 'vitest';
import { comparable, outlivesOuter } from '../../../src/analysis/series/boundary.ts';
import { judge } from '../../../src/analysis/judge.ts';
import type { Sample } from '../../../src/domain/measurement/sample.ts';
import { samplesOf, settle, type Body } from './families/simulated.ts';

const MEMORY = 512 * 2 ** 20;
const take = (body: Body, seconds: number): readonly Sample[] => [...samplesOf(body, 1, seconds)];
const leaking: Body = { microseconds: 20, malloc: (n) => 64 * n, blocks: (n) => n };

describe('while the script still runs', () => {
  const going = { memoryBytes: MEMORY, ended: null };

  test('nothing is said of nothing', () => expect(judge([], going)).toBeNull());

  test('nothing is said before there was time to see anything', () => {
    const samples = take(leaking, 30);
    const settled = samples.findIndex((_, i) => judge(samples.slice(0, i + 1), going) !== null);
    expect(samples[settled]!.afterMs).toBeGreaterThan(120);
    for (let i = 0; i < settled; i++) expect(judge(samples.slice(0, i), going)).toBeNull();
  });

  test('a warm-up of 4,000 iterations is no leak on a machine with hardly any time for it', () => {
    // Three cells and their second containers shared two processors.
    const warmUp: Body = { microseconds: 110, malloc: (n) => 462 * n, blocks: (n) => n };
    const waits = take({ ...warmUp, waits: 0.7 }, 0.6);
    for (let i = 0; i < waits.length; i++) expect(judge(waits.slice(0, i), going)).toBeNull();
    const settled = take(warmUp, 1).findIndex((_, i, all) => judge(all.slice(0, i), going) !== null);
    expect(settled).toBeGreaterThan(0);
  });

  test('a leak that eats the memory is settled before it is out', () => {
    const { verdict, early, samples } = settle(
      { microseconds: 100, malloc: (n) => 100_000 * n, blocks: (n) => n },
      1,
    );
    expect(verdict.kind).toBe('leak');
    expect(early).toBe(true);
    expect(samples.at(-1)!.mallocBytes).toBeLessThan(MEMORY);
  });
});

const iterationsOf = (body: Body): number => settle(body, 1).samples.at(-1)?.iterations ?? 0;

/** A warm-up, after which nothing moves or what comes on top does. */
const warm = (more: (n: number) => number): Body => ({
  microseconds: 17,
  malloc: (n) => Math.min(n, 1_000) * 8 + more(n),
});

/** A block of so many bytes that comes after 15,000 iterations. */
const oneBlock = (bytes: number): Body => ({
  ...warm((n) => (n < 15_000 ? 0 : bytes)),
  microseconds: 10.5,
  blocks: (n) => (n < 15_000 ? 0 : 1),
});

describe('where nothing at all moves', () => {
  test('as many iterations as are judged otherwise are enough, wherever they begin', () => {
    expect(iterationsOf(warm(() => 0))).toBeLessThan(26_000);
    // One byte to and fro is not nothing: then as many are needed as show a burst every 20,000.
    expect(iterationsOf(warm((n) => n % 2))).toBeGreaterThanOrEqual(26_000);
  });

  test('fewer iterations are not, nor where resident memory is not known to stand still', () => {
    const slow: Body = { microseconds: 200 };
    const { samples } = settle(slow, 1);
    // They take 1.2 s by the time that 0.9 s × (10,000 ÷ iterations)^0.8 have passed.
    expect(samples.at(-1)!.afterMs).toBeGreaterThan(1_200);
    // The readings of a sandbox are few, and memory that nothing counts may be taken meanwhile.
    const unread = [
      ...samplesOf(
        warm(() => 0),
        1,
        2,
      ),
    ].map((one) => ({ ...one, anonBytes: null }));
    const settled = unread.findIndex(
      (_, i) => judge(unread.slice(0, i + 1), { memoryBytes: MEMORY, ended: null }) !== null,
    );
    expect(unread[settled]?.iterations ?? Infinity).toBeGreaterThanOrEqual(26_000);
  });

  test('one block more, earlier on, is no growth', () => {
    expect(iterationsOf(oneBlock(1_744))).toBeLessThan(45_000);
    // A table of a byte per iteration has as much more after it doubled.
    expect(iterationsOf(oneBlock(16_384))).toBeGreaterThan(58_000);
  });

  test('one block every 25,000 iterations is never nothing', () => {
    const drip = { ...warm((n) => Math.floor(n / 25_000) * 1_744), microseconds: 10.5 };
    const samples = take(drip, 1);
    const settled = samples.findIndex(
      (_, i) => judge(samples.slice(0, i + 1), { memoryBytes: MEMORY, ended: null }) !== null,
    );
    expect(settled).toBe(-1);
  });

  test('a pool that asks for a block of 1 MiB every 16,384 iterations is not clean', () => {
    for (let seed = 1; seed <= 5; seed += 1)
      expect(
        settle(
          warm((n) => Math.floor(n / 16_384) * 2 ** 20),
          seed,
        ).verdict.kind,
      ).not.toBe('clean');
  });
});

describe('when it has ended', () => {
  const ended = {
    memoryBytes: MEMORY,
    ended: { kind: 'script', text: "the script's loop ended by itself after 7 iterations" },
  } as const;

  test.each([0, 1, 2, 5])('%i samples are not a clean verdict', (n) => {
    const verdict = judge(take({ microseconds: 20 }, 2).slice(0, n), ended)!;
    expect(verdict).toMatchObject({ kind: 'inconclusive', smallestDetectable: null });
    expect((verdict as { reason: string }).reason).toMatch(
      /^the script's loop ended by itself .*; let the loop run longer \(loop do … end, or a higher count without --exact-count\)$/,
    );
  });

  test('what is known to have ended it is explained instead', () => {
    const explained = { ...ended, ended: { ...ended.ended, remedy: 'a cell may have 256 open files' } };
    expect(judge(take({ microseconds: 20 }, 2).slice(0, 2), explained)).toMatchObject({
      reason: expect.stringMatching(/; a cell may have 256 open files$/),
    });
  });

  test('few iterations are too few to judge, however even the readings', () => {
    const verdict = judge(take({ microseconds: 1_000 }, 0.7), ended)!;
    expect(verdict).toMatchObject({
      kind: 'inconclusive',
      reason: expect.stringMatching(/too few to judge; let the loop run longer/),
    });
  });

  test('a trickle on few iterations is not a leak yet: bodies that eval creep like that and stop', () => {
    expect(judge(take({ microseconds: 100, malloc: (n) => 2 * n }, 6), ended)).toMatchObject({
      kind: 'inconclusive',
    });
  });

  test('enough of both is judged', () => {
    expect(judge(take(leaking, 1), ended)).toMatchObject({ kind: 'leak' });
    expect(judge(take({ microseconds: 20 }, 1), ended)).toMatchObject({ kind: 'clean' });
  });
});

test.each(
  [0.01, 0.1, 0.3].flatMap((rate) => [20, 100, 300].map((microseconds) => [rate, microseconds] as const)),
)('a clean bill never claims less than what was measured: %d B, %i µs', (rate, microseconds) => {
  const { verdict } = settle({ microseconds, malloc: (n) => Math.floor((n * rate) / 64) * 64 }, 2);
  const claimed = verdict.kind === 'clean' ? verdict.smallestDetectable : Infinity;
  expect(claimed).toBeGreaterThanOrEqual(rate * 0.95);
});

test('without any reading of resident memory a clean body is still settled', () => {
  const samples = take({ microseconds: 20 }, 4).map((s) => ({
    ...s,
    heapBytes: null,
    rssBytes: null,
    anonBytes: null,
    pssBytes: null,
  }));
  expect(judge(samples, { memoryBytes: MEMORY, ended: null })).toMatchObject({ kind: 'clean' });
});

describe('checkpoints inside long outermost iterations', () => {
  const inside: Body = { microseconds: 20, perOuter: 100_000, malloc: (n) => 64 * n, blocks: (n) => n };

  test('serve while those between are few', () => {
    const few = take(inside, 10);
    expect(comparable(few)).toHaveLength(few.length);
    const many = take({ ...inside, perOuter: 5_000 }, 10);
    expect(comparable(many).every(({ boundary }) => boundary === 'outer')).toBe(true);
  });

  test('a leak has to outlive the iteration it was seen in', () => {
    expect(outlivesOuter(take(inside, 1), 64)).toBeNull();
    expect(outlivesOuter(take(inside, 10), 64)).toBe(true);
    expect(outlivesOuter(take({ ...inside, malloc: (n) => 64 * (n % 100_000) }, 10), 64)).toBe(false);
    expect(outlivesOuter(take(leaking, 1), 64)).toBe(true);
  });
});

test('a busy machine leaves few checkpoints: a wider part of the run is judged then', () => {
  const all = take({ microseconds: 5, slots: (n: number) => 2 * n }, 20);
  const end = all.at(-1)!.iterations;
  const few = [0, 1, 2, 3, 4, 5, 6].map((i) =>
    all.findLast(({ iterations }) => iterations <= (end * i) / 6)!,
  );
  expect(few.filter(({ iterations }) => iterations > few.at(-1)!.iterations / 2).length).toBeLessThan(4);
  const ended = { kind: 'budget', text: 'the budget of 20 seconds ended' } as const;
  expect(judge(few, { memoryBytes: MEMORY, ended })).toMatchObject({ kind: 'leak', cause: 'objects' });
});

test('a look costs little, however many checkpoints there are', () => {
  const samples = take({ microseconds: 20, malloc: (n, { random }) => 7_000 * random.gauss() }, 30);
  const many = Array.from({ length: 2_048 }, (_, i) => ({
    ...samples[i % samples.length]!,
    iterations: i * 1_000,
    afterMs: i * 10,
    loopMs: i * 8,
    markBytes: 0,
  }));
  const looks = Array.from({ length: 15 }, () => {
    const began = process.cpuUsage().user;
    judge(many, { memoryBytes: MEMORY, ended: null });
    return (process.cpuUsage().user - began) / 1_000;
  });
  expect(looks.toSorted((a, b) => a - b)[7]).toBeLessThan(15);
});

/** Calculates bytes that double with the iterations, from 30 KB at the 90th on. */
const steps = (n: number): number => (n < 90 ? 0 : 2 ** Math.floor(Math.log2(n / 90)) * 30_000);

test('steps that double over a few thousand iterations are a warm-up, not a buffer that grows', () => {
  const few = take({ microseconds: 3_000, malloc: steps, iterations: 3_125 }, 20);
  const ended = { kind: 'script', text: "the script's loop ended by itself" } as const;
  expect(judge(few, { memoryBytes: MEMORY, ended })?.kind).not.toBe('leak');
  const large = take({ microseconds: 3_000, malloc: (n) => 20 * steps(n), iterations: 3_125 }, 20);
  expect(judge(large, { memoryBytes: MEMORY, ended })?.kind).toBe('leak');
});

const outer = (one: Body): readonly Sample[] => take(one, 20).filter(({ boundary }) => boundary === 'outer');

describe('when only the sizes of what is alive vary', () => {
  // Sixteen threads between two jobs of strings of random sizes: as many of them every time.
  const body: Body = {
    microseconds: 250,
    perOuter: 4_000,
    churn: 1.9e6,
    malloc: (_n, { random }) => 20e6 * random.gauss(),
    blocks: () => 0,
  };
  const ended = { kind: 'budget', text: 'the budget of 30 seconds ended' } as const;
  const where = { memoryBytes: MEMORY, ended };

  test('the last word is clean, with the bound that there is', () => {
    const verdict = judge(outer(body), where);
    expect(verdict).toMatchObject({ kind: 'clean' });
    expect(verdict?.smallestDetectable).toBeGreaterThan(1_900);
  });

  test('not where blocks or objects are ever more', () => {
    expect(judge(outer({ ...body, blocks: (n) => n / 500 }), where)).toMatchObject({ kind: 'inconclusive' });
    expect(judge(outer({ ...body, slots: (n) => n / 500 }), where)?.kind).not.toBe('clean');
  });
});
