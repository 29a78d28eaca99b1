import { describe, expect, test } from 'vitest';
import { attributeGrowth } from '../../../../src/analysis/loops/attribute.ts';
import { comparable } from '../../../../src/analysis/series/boundary.ts';
import { growthOf } from '../../../../src/analysis/growth.ts';
import type { Growth, Verdict } from '../../../../src/domain/measurement/verdict.ts';
import { nested, sampleOf, type Nest } from './nested.ts';

type Leak = Extract<Verdict, { kind: 'leak' }>;

const leakOf = (growth: Growth): Leak => ({
  kind: 'leak',
  cause: 'objects',
  shape: 'linear',
  growth,
  confidence: 0.99,
  smallestDetectable: 0.05,
  resident: null,
  evidence: 'linear',
});

function sourcesOf(nest: Nest) {
  const samples = nested(nest);
  return attributeGrowth(samples, [0, 1], leakOf(growthOf(comparable(samples))!), 1);
}

describe('growth is reported for the loop that causes it', () => {
  test.each<[string, Nest, number]>([
    ['an object per outer iteration', { inner: 200, outerKeeps: 1, innerKeeps: 0 }, 0],
    ['an object per inner iteration', { inner: 200, outerKeeps: 0, innerKeeps: 1 }, 1],
    ['an object on every 50th inner iteration', { inner: 1_000, outerKeeps: 0, innerKeeps: 0.02 }, 1],
    ['three objects per outer iteration', { inner: 50, outerKeeps: 3, innerKeeps: 0 }, 0],
    [
      'one per outer, while the inner holds what it lets go of',
      { inner: 100, outerKeeps: 1, innerKeeps: 0, holds: 1 },
      0,
    ],
  ])('%s', (_name, nest, site) => {
    expect(sourcesOf(nest).map((source) => source.site)).toEqual([site]);
  });

  test('both leak: each has its share', () => {
    const sources = sourcesOf({ inner: 100, outerKeeps: 50, innerKeeps: 1 });
    expect(new Set(sources.map(({ site }) => site))).toEqual(new Set([0, 1]));
    const outer = sources.find(({ site }) => site === 0);
    expect(outer?.perIteration).toBeCloseTo(50, 0);
    expect(outer?.share).toBeCloseTo(1 / 3, 1);
  });

  test('checkpoints between outer iterations alone: the innermost of which each keeps a whole object is meant', () => {
    const between = { looksInside: false, checkpoints: 80 };
    expect(sourcesOf({ inner: 200, outerKeeps: 1, innerKeeps: 0, ...between })[0]?.site).toBe(0);
    expect(sourcesOf({ inner: 200, outerKeeps: 0, innerKeeps: 1, ...between })[0]?.site).toBe(1);
  });

  test('checkpoints between outer iterations alone, and no loop keeps a whole object in each: the outermost is meant', () => {
    const nest = { inner: 2_000, outerKeeps: 0.1, innerKeeps: 0, looksInside: false };
    expect(sourcesOf(nest).map(({ site }) => site)).toEqual([0]);
  });

  test('jobs and waits of a queue: the jobs cause it', () => {
    let waits = 0;
    const samples = Array.from({ length: 60 }, (_, index) => {
      const jobs = index * 1_000;
      waits += (index * 7919) % 23;
      return sampleOf(jobs, jobs, 'outer', index, [
        [0, jobs],
        [1, waits],
      ]);
    });
    expect(attributeGrowth(samples, [0, 1], leakOf(growthOf(samples)!), 0).map(({ site }) => site)).toEqual([
      0,
    ]);
  });
});
