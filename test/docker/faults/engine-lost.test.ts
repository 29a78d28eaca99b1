import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { connect } from '../../../src/docker/connection/connect.ts';
import { createContainers } from '../../../src/docker/containers.ts';
import { sweep } from '../../../src/docker/housekeeping/sweep.ts';
import { thisInstance } from '../../../src/docker/identity.ts';
import type { PreparedImage, RunningCell } from '../../../src/engine/ports.ts';
import { IMAGES_FOLDER, engine, never, shellImage, spec } from '../setup.ts';
import { Wire } from '../wire.ts';

let image: PreparedImage;
let wire: Wire;
const instance = await thisInstance();

beforeEach(async () => {
  image = await shellImage();
  wire = new Wire(join(await mkdtemp(join(tmpdir(), 'matrix-wire-')), 'docker.sock'));
});
afterEach(async () => {
  wire.cut();
  await rm(dirname(wire.path), { recursive: true });
});
afterAll(async () => {
  // The engine was out of reach when these containers should have been removed: the owner is dead now.
  const successor = { ...(await thisInstance()), id: 'successor' };
  for (const { Id } of await engine.docker.listContainers({
    all: true,
    filters: { label: ['matrix.run=lost'] },
  })) {
    await engine.docker.getContainer(Id).remove({ force: true });
  }
  await sweep(engine.docker, successor);
});

async function startThroughWire(): Promise<RunningCell> {
  const through = await connect({ DOCKER_HOST: `unix://${wire.path}` });
  const containers = await createContainers({ engine: through, imagesFolder: IMAGES_FOLDER, instance });
  const labels = { run: 'lost', ruby: 'test' };
  return containers.start(image, spec('echo up; exec sleep 600', { labels }), never);
}

test('the engine is killed: the end says so, the lines end, and disposing does not hang', async () => {
  const cell = await startThroughWire();
  const reader = cell.lines[Symbol.asyncIterator]();
  expect((await reader.next()).value).toBe('up');
  const before = performance.now();
  wire.cut();
  expect(await cell.ended).toMatchObject({
    kind: 'engine-lost',
    message: expect.stringMatching(/matrix doctor/),
  });
  expect(performance.now() - before).toBeLessThan(6000);
  expect((await reader.next()).done).toBe(true);
  await cell[Symbol.asyncDispose]();
  expect(performance.now() - before).toBeLessThan(10_000);
});

test('the engine hangs with its connections open: the end says so', async () => {
  const cell = await startThroughWire();
  const reader = cell.lines[Symbol.asyncIterator]();
  expect((await reader.next()).value).toBe('up');
  wire.freeze();
  expect(await cell.ended).toMatchObject({ kind: 'engine-lost' });
  expect((await reader.next()).done).toBe(true);
  await cell[Symbol.asyncDispose]();
});
