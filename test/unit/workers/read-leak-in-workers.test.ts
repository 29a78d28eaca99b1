import { afterAll, expect, test } from 'vitest';
import { readHere } from '../../../src/engine/explain/leak-readers.ts';
import { readLeakInWorkers } from '../../../src/workers/read-leak-in-workers.ts';
import { klass, name, range, root, stream, text } from '../explain/heap/a-dump.ts';

const workers = readLeakInWorkers(2);
afterAll(() => workers[Symbol.asyncDispose]());

/** Strings that a constant's array keeps: 100, 200, 400 of them and so many that stay as they are. */
const dumps = (others: number): Uint8Array => {
  const dump = (kept: number): readonly string[] => [
    klass(1, 'String'),
    root('vm', 1, 2),
    ...range(1_000, 1_000 + kept).map((n) => text(n, n < 1_100 ? 10 : n < 1_200 ? 20 : 30)),
    ...range(10_000, 10_000 + others).map((n) => text(n, 5)),
  ];
  return stream([dump(100), dump(200), dump(400)], [name(null, 2, 'constant KEPT')]);
};
const OBJECTS = { kind: 'objects', cell: '3.3.8', scriptName: 'repro.rb', memoryMiB: 512 } as const;

async function found(read: typeof readHere, bytes: Uint8Array) {
  const reader = read<'objects'>(OBJECTS);
  for (let at = 0; at < bytes.length; at += 48_000) await reader.push(bytes.slice(at, at + 48_000));
  return reader.result(8);
}

test('the same is found as on this thread', async () => {
  const bytes = dumps(1_000);
  const there = await found(workers.readLeak, bytes);
  expect(there.findings.length).toBeGreaterThan(0);
  expect(there).toEqual(await found(readHere, bytes));
});

test('large dumps are read on another thread', async () => {
  const bytes = dumps(60_000);
  const before = process.threadCpuUsage();
  const whole = process.cpuUsage();
  await found(workers.readLeak, bytes);
  const here = process.threadCpuUsage(before).user;
  // All of it, were they read here; about a quarter is what handing them over takes.
  expect(here).toBeLessThan(process.cpuUsage(whole).user * 0.6);
});

test('who writes faster than is read waits; who leaves frees the thread', async () => {
  const bytes = dumps(30_000);
  const first = workers.readLeak<'objects'>(OBJECTS);
  let waits = 0;
  for (let at = 0; at < bytes.length; at += 2 ** 20) {
    const wait = first.push(bytes.slice(at, at + 2 ** 20));
    if (wait !== undefined) waits += 1;
    await wait;
  }
  expect(waits).toBeGreaterThan(0);
  first.leave();
  const more = [workers.readLeak<'objects'>(OBJECTS), workers.readLeak<'objects'>(OBJECTS)];
  for (const reader of more) reader.leave();
  expect((await found(workers.readLeak, dumps(10))).findings.length).toBeGreaterThan(0);
});

test('a container has no more objects than its memory holds', async () => {
  const reader = readHere<'objects'>({ ...OBJECTS, memoryMiB: 1 });
  await reader.push(dumps(60_000));
  expect((await reader.result(8)).notes.join()).toMatch(/more objects|too many|left out/);
});
