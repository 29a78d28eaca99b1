import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createParser } from '../../../src/prism/parser.ts';
import { prepareScript } from '../../../src/script/prepare.ts';
import { prepareInWorkers } from '../../../src/workers/prepare-in-workers.ts';

const workers = prepareInWorkers();
beforeAll(async () => {
  await workers.prepare({ text: '1.times { }', loopLine: null });
});
afterAll(() => workers[Symbol.asyncDispose]());

const NESTED = Array.from({ length: 200 }, () => `${'1.times { '.repeat(100)}${'}'.repeat(100)}`).join('\n');

test.each([
  ['a loop', '1000.times { Object.new }\n'],
  ['no Ruby', 'x = = 1\n'],
  ['nothing', '\n'],
  ['loops in loops', NESTED],
])('%s: the same answer as on this thread', async (_what, text) => {
  const source = { text, loopLine: null };
  expect(await workers.prepare(source)).toEqual(prepareScript(source, await createParser()));
});

test('a script that its parser does not survive changes nothing for the next', async () => {
  const deep = { text: '['.repeat(120_000) + ']'.repeat(120_000), loopLine: null };
  const loop = { text: '1000.times { Object.new }\n', loopLine: null };
  const before = await workers.prepare(loop);
  for (let round = 0; round < 3; round += 1) {
    expect(await workers.prepare(deep)).not.toEqual(before);
    expect(await workers.prepare(loop)).toEqual(before);
  }
});

describe('a script of many loops', () => {
  const text = '100.times{}\n'.repeat(3_000);

  test('costs this thread nothing', async () => {
    const before = process.threadCpuUsage();
    const whole = process.cpuUsage();
    const prepared = await workers.prepare({ text, loopLine: null });
    const here = process.threadCpuUsage(before).user / 1000;
    const all = process.cpuUsage(whole).user / 1000;
    expect(prepared).toMatchObject({ ok: true });
    expect([here < 40, here < all / 2]).toEqual([true, true]);
  });

  test('that takes too long is refused, and says why; the next is read', async () => {
    await using short = prepareInWorkers({ deadlineMs: 1, memoryMiB: 512 });
    expect(await short.prepare({ text, loopLine: null })).toEqual({
      ok: false,
      message: 'the script could not be read: parsing it took longer than 0.001 seconds; make it smaller',
    });
    expect(await workers.prepare({ text: '9.times { }', loopLine: null })).toMatchObject({ ok: true });
  });

  test('that needs too much memory is refused, and says why', async () => {
    await using small = prepareInWorkers({ deadlineMs: 60_000, memoryMiB: 12 });
    expect(await small.prepare({ text: '100.times{}\n'.repeat(20_000), loopLine: null })).toEqual({
      ok: false,
      message: 'the script could not be read: parsing it needed more than 12 MiB; make it smaller',
    });
  });
});
