import { createHash } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import type { PreparedImage, RunningCell } from '../../../src/engine/ports.ts';
import { LIMITS, TEST_RUN, containers, engine, linesOf, never, shellImage, spec } from '../setup.ts';

let image: PreparedImage;
beforeAll(async () => {
  image = await shellImage();
});

const start = (code: string, memoryMiB = 128): Promise<RunningCell> =>
  containers.start(image, spec(code, { limits: { ...LIMITS, memoryMiB } }), never);

test('lines, exit code and diagnostics arrive, and nothing is left', async () => {
  const cell = await start('echo one; echo two; echo oops >&2; exit 7');
  expect(await linesOf(cell)).toEqual(['one', 'two']);
  expect(await cell.ended).toEqual({ kind: 'exited', exitCode: 7, oomKilled: false, stderr: 'oops\n' });
  await cell[Symbol.asyncDispose]();
  const left = await engine.docker.listContainers({
    all: true,
    filters: { label: [`matrix.run=${TEST_RUN}`] },
  });
  expect(left).toEqual([]);
});

test('the input arrives whole, behind its length and the settings', async () => {
  const input = Buffer.alloc(3_000_000, 'r');
  const code = 'echo "$length"; head -c "$length" | md5sum';
  await using cell = await containers.start(image, spec(code, { input }), never);
  expect(await linesOf(cell)).toEqual(['3000000', `${createHash('md5').update(input).digest('hex')}  -`]);
});

test('100 MB of lines: none is lost', async () => {
  await using cell = await start('seq 1 12000000');
  let count = 0;
  let last = '';
  for await (const line of cell.lines) {
    count += 1;
    last = line;
  }
  expect([count, last]).toEqual([12_000_000, '12000000']);
});

test('a reader that is behind holds the container up, not this process', async () => {
  await using cell = await start('head -c 300000000 /dev/zero | tr "\\0" "x" | fold -w 1000; echo; echo end');
  const before = process.memoryUsage().rss;
  const reader = cell.lines[Symbol.asyncIterator]();
  await reader.next();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  expect(process.memoryUsage().rss - before).toBeLessThan(60e6);
  let last = '';
  for (let next = await reader.next(); !next.done; next = await reader.next()) last = next.value;
  expect(last).toBe('end');
});

test('output without a newline is cut, the rest of it costs nothing, and the next line is whole', async () => {
  await using cell = await start('head -c 50000000 /dev/zero | tr "\\0" "x"; echo; echo after');
  const lines = await linesOf(cell);
  expect(lines.map((line) => line.length)).toEqual([1024 * 1024, 5]);
});

test('output that never ends is ended by a kill', async () => {
  await using cell = await start('yes');
  let count = 0;
  for await (const _ of cell.lines) {
    count += 1;
    if (count === 100_000) break;
  }
  await cell.kill();
  expect(await cell.ended).toMatchObject({ kind: 'exited', exitCode: 137, oomKilled: false });
});

test('a script that ignores signals is killed, at once', async () => {
  await using cell = await start('trap "" TERM INT HUP; echo ready; while :; do sleep 1; done');
  const reader = cell.lines[Symbol.asyncIterator]();
  expect((await reader.next()).value).toBe('ready');
  const before = performance.now();
  await cell.kill();
  expect(await cell.ended).toMatchObject({ kind: 'exited', exitCode: 137 });
  expect(performance.now() - before).toBeLessThan(5000);
});

test('running out of memory: the exit code and the word of the engine arrive', async () => {
  await using cell = await start(
    'ruby -e \'$stdout.sync = true; s = []; loop { s << "x" * 1_000_000 }\'; exit $?',
    64,
  );
  await linesOf(cell);
  const end = await cell.ended;
  // Engines have been seen that miss the kernel's event: the supervisor counts for itself (failures.test.ts).
  const filters = { label: [`matrix.run=${TEST_RUN}`] };
  const [left] = await engine.docker.listContainers({ all: true, filters });
  const { State } = await engine.docker.getContainer(left!.Id).inspect();
  expect(end).toMatchObject({ kind: 'exited', exitCode: 137, oomKilled: State.OOMKilled });
});

test('an abort kills the container; one before the start starts nothing', async () => {
  const controller = new AbortController();
  await using cell = await containers.start(image, spec('sleep 600'), controller.signal);
  controller.abort(new Error('enough'));
  expect(await cell.ended).toMatchObject({ kind: 'exited', exitCode: 137 });
  await expect(containers.start(image, spec('true'), controller.signal)).rejects.toThrow('enough');
});

test('a container that ends at once is not waited for forever', async () => {
  for (let round = 0; round < 5; round += 1) {
    await using cell = await start('exit 3');
    expect(await cell.ended).toMatchObject({ kind: 'exited', exitCode: 3 });
  }
});

test('somebody else removes the container: the end says so', async () => {
  await using cell = await start('echo up; sleep 600');
  await cell.lines[Symbol.asyncIterator]().next();
  const [info] = await engine.docker.listContainers({ filters: { label: [`matrix.run=${TEST_RUN}`] } });
  await engine.docker.getContainer(info!.Id).remove({ force: true });
  const end = await cell.ended;
  expect(['engine-lost', 'exited']).toContain(end.kind);
});

test('an image that is gone is an error of the engine that names it', async () => {
  const gone = { ...image, tag: 'matrix-test:gone' };
  await expect(containers.start(gone, spec('true'), never)).rejects.toThrow(/matrix-test:gone/);
});
