import { describe, expect, test } from 'vitest';
import { CONFIRMING } from '../../../src/analysis/confirm.ts';
import { settle, type Body } from './families/simulated.ts';

const causeOf = (body: Body): string => {
  const { verdict } = settle(body, 3, CONFIRMING);
  return verdict.kind === 'leak' ? verdict.cause : verdict.kind;
};
const microseconds = 10;
const doubling = (n: number): number => 128 * 2 ** Math.ceil(Math.log2(Math.max(1, n / 16)));

describe('native', () => {
  test('blocks without slots', () =>
    expect(causeOf({ microseconds, malloc: (n) => 64 * n, blocks: (n) => n })).toBe('native'));
  test('also when Ruby’s own objects keep their size', () =>
    expect(causeOf({ microseconds, malloc: (n) => 64 * n, blocks: (n) => n, memsize: () => 0 })).toBe(
      'native',
    ));
  test('also when a few slots come along', () =>
    expect(causeOf({ microseconds, malloc: (n) => 64 * n, blocks: (n) => n, slots: (n) => n / 2_000 })).toBe(
      'native',
    ));
  test('also while slots come and go', () =>
    expect(causeOf({ microseconds, malloc: (n) => 64 * n, blocks: (n) => n, slots: (n) => n % 5_000 })).toBe(
      'native',
    ));
});

describe('objects', () => {
  test('slots alone', () => expect(causeOf({ microseconds, slots: (n) => n })).toBe('objects'));
  test('slots with blocks', () =>
    expect(causeOf({ microseconds, malloc: (n) => 200 * n, blocks: (n) => n, slots: (n) => n })).toBe(
      'objects',
    ));
  test('one slot in a hundred iterations', () =>
    expect(causeOf({ microseconds, slots: (n) => Math.floor(n / 100) })).toBe('objects'));
  test('a slot that owns many blocks', () =>
    expect(
      causeOf({ microseconds, malloc: (n) => 20 * 64 * n, blocks: (n) => 20 * n, slots: (n) => n }),
    ).toBe('objects'));
  test('a slot that owns a document of a thousand blocks', () =>
    expect(
      causeOf({ microseconds: 200, malloc: (n) => 64_000 * n, blocks: (n) => 1_000 * n, slots: (n) => n }),
    ).toBe('objects'));
  test('one array that is appended to: its memsize grows with it', () =>
    expect(causeOf({ microseconds, malloc: doubling, blocks: () => 1, memsize: doubling })).toBe('objects'));
  test('one string that is appended to evenly', () =>
    expect(causeOf({ microseconds, malloc: (n) => 40 * n, blocks: () => 1, memsize: (n) => 40 * n })).toBe(
      'objects',
    ));
});

describe('outside malloc', () => {
  test('only resident memory grows', () =>
    expect(causeOf({ microseconds, outside: (n) => 100 * n })).toBe('outside-malloc'));
});
