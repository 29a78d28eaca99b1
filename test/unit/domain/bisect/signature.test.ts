import { expect, test } from 'vitest';
import { signatureGroups, type Judgement } from '../../../../src/domain/bisect/signature.ts';
import type { Cause } from '../../../../src/domain/measurement/verdict.ts';
import { leak, slope } from '../../report/records.ts';

interface Shape {
  readonly bytes?: number;
  readonly blocks?: number;
  readonly slots?: number;
  readonly cause?: Cause;
  readonly sizes?: readonly number[];
  readonly code?: Judgement['code'];
  readonly half?: number;
}

function judged({
  bytes = 64,
  blocks = 1,
  slots = 0,
  cause = 'native',
  sizes = [],
  code = 'leak-linear',
  half = 0.05,
}: Shape): Judgement {
  const cell = leak('2.3.6', bytes, cause, slots);
  const malloc = slope(bytes, half);
  const growth =
    cell.growth === null ? null : { ...cell.growth, malloc, blocks: slope(blocks, 0.01, 'blocks') };
  return { ...cell, growth, code, blockSizes: sizes.map((size) => ({ bytes: size, perIteration: 1 })) };
}

test.each<[string, Shape, Shape, boolean]>([
  ['the same', {}, {}, true],
  ['nearly one rate', {}, { bytes: 65.5 }, true],
  ['a struct that has gained a field', { bytes: 64 }, { bytes: 80 }, true],
  ['another size', { bytes: 64 }, { bytes: 176 }, false],
  ['another cause', {}, { cause: 'objects', slots: 1 }, false],
  ['two blocks instead of one', { bytes: 96, blocks: 1 }, { bytes: 96, blocks: 2 }, false],
  ['one rate of other blocks', { bytes: 96, sizes: [88] }, { bytes: 96, sizes: [24] }, false],
  ['one rate of the same blocks', { bytes: 96, sizes: [88] }, { bytes: 97, sizes: [88] }, true],
  ['blocks that nobody has seen', { bytes: 96, sizes: [88] }, { bytes: 96 }, true],
  [
    'an object with another layout',
    { cause: 'objects', slots: 1, bytes: 115 },
    { cause: 'objects', slots: 1, bytes: 90 },
    true,
  ],
  [
    'more objects',
    { cause: 'objects', slots: 1, bytes: 40 },
    { cause: 'objects', slots: 3, bytes: 120 },
    false,
  ],
  ['buffers that double', { code: 'leak-steps', bytes: 8 }, { code: 'leak-steps', bytes: 30 }, true],
  ['a leak beside another', { bytes: 64, blocks: 1 }, { bytes: 240, blocks: 2 }, false],
])('%s: %j and %j are one leak: %s', (_, one, other, isSame) => {
  expect(signatureGroups([judged(one), judged(other)])).toHaveLength(isSame ? 1 : 2);
  expect(signatureGroups([judged(other), judged(one)])).toHaveLength(isSame ? 1 : 2);
});

test('a leak that changes a little with every release stays one', () => {
  const rates = [64, 80, 104, 136, 176];
  expect(signatureGroups(rates.map((bytes) => judged({ bytes })))).toHaveLength(1);
});
