import { expect, test } from 'vitest';
import { madeWhere, stayingObjects } from '../../../src/explain/made-where.ts';
import { native, objects, place } from '../report/explain/findings.ts';

const COUNTED = [
  { line: 4, className: 'String', objects: 900 },
  { line: 4, className: 'Array', objects: 30 },
];

test('objects are counted at the lines where some stay, of their class; none is a count', () => {
  const staying = stayingObjects([
    objects(),
    objects({ innermost: place('json/common.rb', 216) }),
    objects({ script: place('repro.rb', 5) }),
    native(),
  ]);
  expect(madeWhere(staying, COUNTED, 300)).toEqual({
    iterations: 300,
    places: [
      { script: objects().script, className: 'String', objects: 900 },
      { script: place('repro.rb', 5), className: 'String', objects: 0 },
    ],
  });
});

test('nothing is counted of an object that grows, of lines that are not known, or where nobody counted', () => {
  const other = [objects({ grows: true, objectsPerIteration: 0 }), objects({ script: null })];
  expect(stayingObjects(other)).toEqual([]);
  expect(madeWhere([], COUNTED, 300)).toBeUndefined();
  expect(madeWhere(stayingObjects([objects()]), null, 300)).toBeUndefined();
  expect(madeWhere(stayingObjects([objects()]), COUNTED, 0)).toBeUndefined();
});
