import { afterAll, expect, test } from 'vitest';
import { WorkerPool } from '../../../src/workers/worker-pool.ts';
import { niceOfThread, type unruly } from './unruly-worker.ts';

type Task = Parameters<typeof unruly>[0];
const module = new URL('./unruly-worker', import.meta.url);
const poolOf = (threads: number, deadlineMs: number): WorkerPool<Task, string> =>
  new WorkerPool({ module, task: 'unruly', threads, memoryMiB: 64, deadlineMs });
const pool = poolOf(1, 60_000);
afterAll(() => pool[Symbol.asyncDispose]());

test.each([
  ['exit', 'died'],
  ['hoard', 'out-of-memory'],
] as const)(
  'a thread that ends by %s is the error of its task, not of those that wait',
  async (task, kind) => {
    const [ended, ...others] = await Promise.allSettled([pool.run(task), pool.run('fine'), pool.run('fine')]);
    expect(ended).toMatchObject({ status: 'rejected', reason: { name: 'WorkerError', kind } });
    expect(others).toEqual(others.map(() => ({ status: 'fulfilled', value: 'fine' })));
  },
);

test.runIf(process.platform === 'linux')(
  'threads have a lower priority than the one that answers',
  async () => {
    expect(Number(await pool.run('nice'))).toBe(Math.min(19, niceOfThread() + 10));
  },
);

test('what a task throws is thrown', async () => {
  await expect(pool.run('throw')).rejects.toThrow('its own error');
});

test('a task without end is ended, and the next has its thread', async () => {
  await using short = poolOf(1, 1_500);
  const [ended, next] = await Promise.allSettled([short.run('spin'), short.run('fine')]);
  expect(ended).toMatchObject({ status: 'rejected', reason: { name: 'WorkerError', kind: 'overdue' } });
  expect(next).toEqual({ status: 'fulfilled', value: 'fine' });
});

test('the time that a task waits for a thread is not its own', async () => {
  await using short = poolOf(1, 2_000);
  const tasks = Array.from({ length: 12 }, () => short.run('long'));
  expect(short.waiting).toBeGreaterThan(0);
  expect(await Promise.all(tasks)).toEqual(tasks.map(() => 'long'));
});
