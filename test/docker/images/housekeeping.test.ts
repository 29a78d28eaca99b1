import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { describeEngine, registryReachable } from '../../../src/docker/housekeeping/describe.ts';
import { inventory } from '../../../src/docker/housekeeping/inventory.ts';
import { prune } from '../../../src/docker/housekeeping/prune.ts';
import { sweep } from '../../../src/docker/housekeeping/sweep.ts';
import { thisInstance } from '../../../src/docker/identity.ts';
import {
  DEBIAN,
  IMAGES_FOLDER,
  buildImage,
  containers,
  engine,
  never,
  prepared,
  ruby,
  shellImage,
  spec,
} from '../setup.ts';

const running = async (run: string): Promise<number> =>
  (await engine.docker.listContainers({ all: true, filters: { label: [`matrix.run=${run}`] } })).length;

test('what a killed process left behind is swept away, what lives is left alone', async () => {
  const image = await shellImage();
  const child = spawn(process.execPath, [fileURLToPath(new URL('orphan.ts', import.meta.url)), image.tag], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  await using mine = await containers.start(image, spec('sleep 600', { labels: { run: 'alive' } }), never);
  expect([await running('orphan'), await running('alive')]).toEqual([1, 1]);
  const self = { ...(await thisInstance()), id: 'another' };
  await sweep(engine.docker, self);
  expect([await running('orphan'), await running('alive')]).toEqual([1, 1]);

  child.kill('SIGKILL');
  await once(child, 'exit');
  expect((await sweep(engine.docker, self)).removed).toBeGreaterThanOrEqual(1);
  expect([await running('orphan'), await running('alive')]).toEqual([0, 1]);
  await mine.kill();
});

test('the inventory shows what is here', async () => {
  const image = await prepared(DEBIAN.bookworm!);
  const nowhere = ruby('0.0.1', { kind: 'official', image: 'ruby:0.0.1' });
  expect(await inventory(engine.docker, [DEBIAN.bookworm!, nowhere], IMAGES_FOLDER)).toEqual([
    { ruby: '3.1.2', image: image.tag, source: { kind: 'debian', suite: 'bookworm' } },
    { ruby: '0.0.1', image: null, source: null },
  ]);
});

test('pruning removes what is outdated and ours, and nothing else', async () => {
  const image = await prepared(DEBIAN.bookworm!);
  const outdated = `FROM ${image.tag}\nLABEL matrix.content=outdated\n`;
  await buildImage('matrix:outdated', outdated);
  await buildImage('matrix-test:foreign', `FROM ${image.tag}\nLABEL matrix.project=somebody-else\n`);
  // Somebody's own image on a base of ours has the labels of that base.
  await buildImage('somebodys:own', `${outdated}LABEL somebody=else\n`);
  const { removed } = await prune({
    docker: engine.docker,
    imagesFolder: IMAGES_FOLDER,
    all: false,
    bases: true,
  });
  expect(removed).toContain('matrix:outdated');
  const here = (await engine.docker.listImages()).flatMap(({ RepoTags }) => RepoTags ?? []);
  expect(here).toContain(image.tag);
  expect(here).toContain('matrix-test:foreign');
  expect(here.some((tag) => tag.startsWith('matrix-base:bookworm-'))).toBe(true);
  expect(here).toContain('somebodys:own');
  await engine.docker.getImage('matrix-test:foreign').remove();
  await engine.docker.getImage('somebodys:own').remove();
});

test('the engine is described, and whether a registry answers is known soon', async () => {
  expect(await describeEngine(engine)).toMatchObject({
    version: engine.version,
    cgroupVersion: expect.stringMatching(/[12]/),
  });
  const started = performance.now();
  const registry = await registryReachable(engine);
  expect(performance.now() - started).toBeLessThan(6000);
  if (!registry.ok) expect(registry.message).toContain('docker.io');
});
