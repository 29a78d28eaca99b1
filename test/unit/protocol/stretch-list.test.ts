import { expect, test } from 'vitest';
import { StretchList } from '../../../src/protocol/stretch-list.ts';

const context = (...fields: string[]): string => Buffer.from(fields.join('\0')).toString('base64');
const any = (): boolean => true;

test('a stretch begins, continues and ends as the prelude tells', () => {
  const list = new StretchList();
  list.begin(`0 2 ${context('test_strings', '14', '')}`);
  expect(list.reach(0, [[2, 100]], any)).toBe(0);
  expect(
    list.reach(
      0,
      [
        [2, 140],
        [5, 400],
      ],
      any,
    ),
  ).toBe(400);
  expect(
    list.reach(
      0,
      [
        [2, 140],
        [5, 400],
      ],
      (site) => site === 2,
    ),
  ).toBe(40);
  expect(list.leave('0 end 160')).toEqual({ ended: 'end', iterations: 60 });
  expect(list.all).toEqual([
    { id: 0, site: 2, context: { method: 'test_strings', line: '14', rounds: '' }, ended: 'end' },
  ]);
});

test.each(['', '0', 'x 1 AAA=', '-1 1 AAA=', '0 1 A B'])('%j begins nothing', (about) => {
  const list = new StretchList();
  list.begin(about);
  expect(list.all).toEqual([]);
});

test('what ends has to have begun, and a flood of beginnings is bounded', () => {
  const list = new StretchList();
  expect(list.leave('3 end 9')).toBeNull();
  for (let id = 0; id < 1_000; id++) list.begin(`${id} 0 AAA=`);
  expect(list.all).toHaveLength(48);
  list.begin('0 9 AAA=');
  expect(list.find(0)?.site).toBe(0);
});
