import { describe, expect, it } from 'vitest';
import { growingMappings, type Mapping } from '../../../src/explain/mappings.ts';

const mapping = (bytes: number, permissions = 'rw-p', name = ''): Mapping => ({
  bytes,
  residentBytes: Math.min(bytes, 8192),
  permissions,
  name,
});
const guard = mapping(4096, '---p');
const times = (count: number, ...parts: readonly Mapping[]): readonly Mapping[] =>
  Array.from({ length: count }, () => parts).flat();
const thread = (count: number) => times(count, guard, mapping(8 * 2 ** 20));
const fiber = (count: number) => times(count, guard, mapping(256 * 1024));
const code = (count: number) => times(count, mapping(65_536, 'r-xp'));
const file = (count: number) => times(count, mapping(65_536, 'r--p', '/srv/data/words.txt'));
const taken = (...counts: readonly (readonly Mapping[])[]) =>
  counts.map((mappings, index) => ({ iterations: 100 * 2 ** index, mappings }));

describe('mappings that grow', () => {
  it('are reported by what they are for', () => {
    expect(growingMappings(taken(thread(1), thread(2), thread(4)))).toEqual([
      {
        kind: 'mapping',
        what: 'thread stacks',
        bytesPerIteration: 81.92,
        reservedPerIteration: 83_886.08,
        mappingsPerIteration: 0.01,
      },
    ]);
    expect(growingMappings(taken(fiber(1), fiber(2), fiber(4)))[0]?.what).toBe('fiber stacks');
    expect(growingMappings(taken(code(1), code(2), code(4)))[0]?.what).toBe('code of the JIT compiler');
    expect(growingMappings(taken(file(1), file(2), file(4)))[0]?.what).toBe('words.txt');
  });

  it('are not those that stay, shrink, or are [heap], which is malloc’s', () => {
    const heap = (bytes: number) => [mapping(bytes, 'rw-p', '[heap]')];
    expect(growingMappings(taken(heap(2 ** 20), heap(2 ** 21), heap(2 ** 22)))).toEqual([]);
    const some = times(3, mapping(2 ** 20));
    expect(growingMappings(taken(some, some, some))).toEqual([]);
    expect(growingMappings(taken(some, times(5, mapping(2 ** 20)), some))).toEqual([]);
    expect(growingMappings(taken(some))).toEqual([]);
  });
});
