import { expect, it } from 'vitest';
import { bundledPage, PAGE_MODULE } from '../../../../.ci/page/bundle.ts';
import { readFile } from 'node:fs/promises';
import { nearest, pointsOf } from '../../../../src/report/page/browser/readings.ts';

it('the script of a page is what its sources give: npm run build:page', async () => {
  expect(await readFile(PAGE_MODULE, 'utf8')).toBe(await bundledPage());
});

it('points are read from steps and from places', () => {
  const points = [
    { x: 0, y: 1000 },
    { x: 16, y: 994 },
    { x: 190.5, y: 994 },
  ];
  expect(pointsOf('M0,1000l16-6l174.5,0')).toEqual(points);
  expect(pointsOf('M0 1000L16.0 994.0L190.5 994')).toEqual(points);
  expect(pointsOf('')).toEqual([]);
});

it('the nearest point is found', () => {
  const points = pointsOf('M0,1000l16-6l174,0');
  expect([-5, 3, 9, 100, 120, 900].map((x) => nearest(points, x))).toEqual([0, 0, 1, 1, 2, 2]);
  expect(nearest([], 3)).toBe(-1);
});
