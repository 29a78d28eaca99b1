import { expect, it } from 'vitest';
import { inMeasuredPlaces } from '../../../../src/explain/native/larger-places.ts';
import { native } from '../../report/explain/findings.ts';

const site = native({ blockBytes: 40, blocksPerIteration: 1, bytesPerIteration: 48.2 });
const other = native({ blockBytes: 120, blocksPerIteration: 1, bytesPerIteration: 128 });
const MEASURED = [
  { bytes: 40, perIteration: 0.94 },
  { bytes: 56, perIteration: 0.06 },
  { bytes: 344, perIteration: 0.005 },
];

it('blocks are as large as where the leak was measured', () => {
  const [found, rest] = inMeasuredPlaces([site, other], MEASURED, 8);
  expect(found!.bytesPerIteration).toBeCloseTo(0.94 * 48 + 0.06 * 64, 9);
  expect(rest).toBe(other);
});

it('also where most of those that were traced got the larger place', () => {
  const traced = { ...site, blockBytes: 56, bytesPerIteration: 64 };
  const [found] = inMeasuredPlaces([traced], MEASURED, 8);
  expect(found!.bytesPerIteration).toBeCloseTo(0.94 * 48 + 0.06 * 64, 9);
});

it.each([
  ['another site has blocks of the larger size', [site, { ...other, blockBytes: 56 }], MEASURED],
  ['another site has blocks of any size', [site, { ...other, blockBytes: null }], MEASURED],
  ['their numbers differ', [{ ...site, blocksPerIteration: 1.1 }], MEASURED],
  ['one block is enlarged', [{ ...site, grows: true }], MEASURED],
  ['all have one size', [site], [{ bytes: 40, perIteration: 1 }]],
  [
    'they are of two sizes that lie further apart',
    [{ ...site, blockBytes: 56 }],
    [...MEASURED, { bytes: 72, perIteration: 0.001 }],
  ],
  ['sizes were not measured', [site], []],
])('stays as it was where %s', (_, sites, measured) => {
  expect(inMeasuredPlaces(sites, measured, 8)).toEqual(sites);
});
