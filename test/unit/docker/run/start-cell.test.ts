import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import { expect, test } from 'vitest';
import { thisInstance } from '../../../../src/docker/identity.ts';
import { startCell } from '../../../../src/docker/run/start-cell.ts';
import { Watchdog } from '../../../../src/docker/run/watchdog.ts';
import type { CellSpec, PreparedImage } from '../../../../src/engine/ports.ts';
import { LIMITS } from '../../domain/limits.ts';

const image: PreparedImage = { tag: 'matrix:x', base: 'b', digest: 'd', source: 'official', ruby: '/r' };
const spec: CellSpec = { env: {}, input: new Uint8Array(), frameKey: 'k', limits: LIMITS, labels: {} };

/** Makes an engine whose attached connection breaks while the container is being started. */
async function breaking(start: () => Promise<void>) {
  const connection = new PassThrough();
  const container = {
    id: 'x',
    attach: async () => connection,
    start: async () => {
      connection.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
      await new Promise((resolve) => setImmediate(resolve));
      await start();
    },
    kill: async () => undefined,
    remove: async () => undefined,
    inspect: async () => ({ State: { Running: false, ExitCode: 0, OOMKilled: false } }),
  };
  const answer = new PassThrough();
  answer.end('{"StatusCode":0}');
  const docker = {
    createContainer: async () => container,
    modem: { dial: (_: unknown, done: (error: null, result: unknown) => void) => done(null, answer) },
    ping: async () => undefined,
  } as unknown as Docker;
  const watchdog = new Watchdog(docker);
  const context = {
    docker,
    instance: await thisInstance(),
    features: { runtime: null, ownKernel: false },
    watchdog,
  };
  return { connection, start: () => startCell(image, spec, context, new AbortController().signal) };
}

test('a connection that breaks before the container runs ends nothing but the cell', async () => {
  const { start } = await breaking(async () => undefined);
  await using cell = await start();
  const lines: string[] = [];
  for await (const line of cell.lines) lines.push(line);
  expect(lines).toEqual([]);
});

test('where the container cannot be started, the connection is closed', async () => {
  const { connection, start } = await breaking(() => Promise.reject(new Error('no such image')));
  await expect(start()).rejects.toThrow('the engine could not start the container: no such image');
  expect(connection.destroyed).toBe(true);
});
