import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Backlog } from '../../../../src/engine/service/backlog.ts';

const drained = (backlog: Backlog<string>): string[] => {
  const taken: string[] = [];
  for (let item = backlog.take(); item !== null; item = backlog.take()) taken.push(item);
  return taken;
};

test('clients take turns, cell by cell; one client’s runs keep their order', () => {
  const backlog = new Backlog<string>();
  backlog.add('a', 'a1', ['a1.1', 'a1.2', 'a1.3']);
  backlog.add('a', 'a2', ['a2.1']);
  backlog.add('b', 'b1', ['b1.1', 'b1.2']);
  expect(backlog.order()).toEqual(['a1', 'b1', 'a2']);
  expect(drained(backlog)).toEqual(['a1.1', 'b1.1', 'a1.2', 'b1.2', 'a1.3', 'a2.1']);
});

test('a hundred runs of one client put one cell before the first of another, not a hundred', () => {
  const backlog = new Backlog<string>();
  for (let index = 0; index < 100; index += 1) backlog.add('many', `m${index}`, ['m']);
  backlog.add('one', 'o', ['o']);
  expect(drained(backlog).indexOf('o')).toBe(1);
});

test('a run that is dropped is gone, and its client’s other runs stay', () => {
  const backlog = new Backlog<string>();
  backlog.add('a', 'a1', ['a1']);
  backlog.add('a', 'a2', ['a2']);
  expect(backlog.drop('a1')).toEqual(['a1']);
  expect(backlog.drop('a1')).toEqual([]);
  expect(drained(backlog)).toEqual(['a2']);
});

test('nothing is lost and nothing comes twice', () => {
  const run = fc.tuple(
    fc.constantFrom('a', 'b', 'c'),
    fc.integer({ min: 0, max: 5 }),
    fc.integer({ min: 0, max: 4 }),
  );
  fc.assert(
    fc.property(fc.array(run), (runs) => {
      const backlog = new Backlog<string>();
      const added = runs.flatMap(([client, id, cells], index) => {
        const items = Array.from({ length: cells }, (_, cell) => `${index}.${cell}`);
        backlog.add(client, `${client}${id}`, items);
        return items;
      });
      expect(backlog.size).toBe(added.length);
      expect(drained(backlog).toSorted()).toEqual(added.toSorted());
      expect(backlog.size).toBe(0);
    }),
  );
});
