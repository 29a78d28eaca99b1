import { expect, test } from 'vitest';
import { collect } from '../collect.ts';
import { LineQueue } from '../../../../src/docker/run/line-queue.ts';

async function settled(promise: Promise<unknown>): Promise<boolean> {
  return Promise.race([
    promise.then(() => true),
    new Promise<false>((done) => setTimeout(() => done(false), 10)),
  ]);
}

test('gives lines in order and ends', async () => {
  const queue = new LineQueue(100);
  await queue.push('a');
  await queue.push('b');
  queue.close();
  expect(await collect(queue)).toEqual(['a', 'b']);
});

test('the writer waits while too much is unread, and continues when it was read', async () => {
  const queue = new LineQueue(10);
  await queue.push('12345');
  const waiting = queue.push('6789012345');
  expect(await settled(waiting)).toBe(false);
  const reader = queue[Symbol.asyncIterator]();
  await reader.next();
  await reader.next();
  expect(await settled(waiting)).toBe(true);
});

test('a reader that leaves frees the writer', async () => {
  const queue = new LineQueue(1);
  const waiting = queue.push('long');
  const reader = queue[Symbol.asyncIterator]();
  await reader.next();
  await reader.return(undefined);
  expect(await settled(waiting)).toBe(true);
  expect(await settled(queue.push('dropped'))).toBe(true);
});

test('closing frees a writer that waits', async () => {
  const queue = new LineQueue(1);
  const waiting = queue.push('long');
  queue.close();
  expect(await settled(waiting)).toBe(true);
});

test('a reader that waits gets what comes later', async () => {
  const queue = new LineQueue(10);
  const all = collect(queue);
  await queue.push('late');
  queue.close();
  expect(await all).toEqual(['late']);
});

/** Counts how often the rest of the process has its turn while something runs. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  const turn = (): void => {
    turns += 1;
    next = setImmediate(turn);
  };
  let next = setImmediate(turn);
  await work();
  clearImmediate(next);
  return turns;
}

test('however many lines there are, the rest of the process has its turn between them', async () => {
  const queue = new LineQueue(1_000_000);
  for (let n = 0; n < 1_000; n++) await queue.push('x');
  queue.close();
  expect(await turnsDuring(() => collect(queue))).toBeGreaterThanOrEqual(10);
});

test('a reader that works long on each line lets the rest of the process have its turn, too', async () => {
  const queue = new LineQueue(1_000_000);
  for (let n = 0; n < 20; n++) await queue.push('x');
  queue.close();
  const turns = await turnsDuring(async () => {
    for await (const _ of queue) {
      const until = performance.now() + 5;
      while (performance.now() < until) Math.sqrt(2);
    }
  });
  expect(turns).toBeGreaterThanOrEqual(10);
});
