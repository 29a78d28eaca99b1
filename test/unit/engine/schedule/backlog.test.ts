import fc from 'fast-check';
import PQueue from 'p-queue';
import { expect, test } from 'vitest';
import { Backlog, type TurnOptions } from '../../../../src/engine/schedule/backlog.ts';

/** Makes a backlog of pieces of work that return their names. */
function backlogOf(...added: readonly (readonly [client: string, run: string, ...ids: string[]])[]): Backlog {
  const backlog = new Backlog();
  for (const [client, run, ...ids] of added)
    for (const id of ids) backlog.enqueue(async () => id, { id, client, run });
  return backlog;
}

async function drained(backlog: Backlog): Promise<string[]> {
  const taken: string[] = [];
  for (let start = backlog.dequeue(); start !== undefined; start = backlog.dequeue())
    taken.push(String(await start()));
  return taken;
}

test('clients take turns, cell by cell; one client’s runs keep their order', async () => {
  const backlog = backlogOf(
    ['a', 'a1', 'a1.1', 'a1.2', 'a1.3'],
    ['a', 'a2', 'a2.1'],
    ['b', 'b1', 'b1.1', 'b1.2'],
  );
  expect(backlog.order()).toEqual(['a1', 'b1', 'a2']);
  expect(await drained(backlog)).toEqual(['a1.1', 'b1.1', 'a1.2', 'b1.2', 'a1.3', 'a2.1']);
});

test('a hundred runs of one client put one cell before the first of another, not a hundred', async () => {
  const many = Array.from({ length: 100 }, (_, index) => ['many', `m${index}`, `m${index}`] as const);
  expect((await drained(backlogOf(...many, ['one', 'o', 'o']))).indexOf('o')).toBe(1);
});

test('what is taken out is gone, and its client’s other runs stay', async () => {
  const backlog = backlogOf(['a', 'a1', 'x', 'y'], ['a', 'a2', 'z']);
  backlog.remove('x');
  backlog.remove('nothing');
  expect(backlog.filter({ run: 'a1' })).toHaveLength(1);
  backlog.remove('y');
  expect([
    backlog.size,
    backlog.filter({ run: 'a1' }).length,
    backlog.filter({ client: 'a' }).length,
  ]).toEqual([1, 0, 1]);
  expect(await drained(backlog)).toEqual(['z']);
});

test('nothing is lost and nothing comes twice', async () => {
  const run = fc.tuple(
    fc.constantFrom('a', 'b', 'c'),
    fc.integer({ min: 0, max: 5 }),
    fc.integer({ min: 0, max: 4 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(run), async (runs) => {
      const lanes = runs.map(([client, id, cells], index) => {
        const ids = Array.from({ length: cells }, (_, cell) => `${index}.${cell}`);
        return [client, `${client}${id}`, ...ids] as const;
      });
      const added = lanes.flatMap(([, , ...ids]) => ids);
      const backlog = backlogOf(...lanes);
      expect(backlog.size).toBe(added.length);
      expect((await drained(backlog)).toSorted()).toEqual(added.toSorted());
      expect(backlog.size).toBe(0);
    }),
  );
});

test('as the queue of a PQueue: turns are fair, and what is aborted while it waits is never begun', async () => {
  const queue = new PQueue<Backlog, TurnOptions>({ concurrency: 1, autoStart: false, queueClass: Backlog });
  const begun: string[] = [];
  const add = (client: string, id: string, signal?: AbortSignal): Promise<void> =>
    queue.add(async () => void begun.push(id), { client, run: client, id, ...(signal && { signal }) });
  const leave = new AbortController();
  const left = add('a', 'a2', leave.signal);
  const all = [add('a', 'a1'), add('b', 'b1'), add('a', 'a3')];
  leave.abort();
  await expect(left).rejects.toThrow(/abort/);
  queue.start();
  await Promise.all(all);
  expect(begun).toEqual(['a1', 'b1', 'a3']);
});
