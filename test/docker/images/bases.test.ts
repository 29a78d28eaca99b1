import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { HostSetup } from '../../../src/docker/host/host-setup.ts';
import { thisInstance } from '../../../src/docker/identity.ts';
import { makeBase } from '../../../src/docker/images/debian/make-base.ts';
import { SingleFlight } from '../../../src/docker/single-flight.ts';
import { engine, never } from '../setup.ts';

test('what a run that was killed left of a base is removed, and nothing else', async () => {
  const scratchFolder = await mkdtemp(join(tmpdir(), 'matrix-scratch-'));
  onTestFinished(() => rm(scratchFolder, { recursive: true }));
  for (const name of ['matrix-base-none-such-Ab12cd', 'matrix-base-none-such-x-Ab12cd', 'other']) {
    await mkdir(join(scratchFolder, name, 'usr'), { recursive: true });
    await writeFile(join(scratchFolder, name, 'usr/file'), 'x');
  }
  const made = await makeBase('none-such', {
    ...engine,
    bases: new SingleFlight(),
    pulls: new SingleFlight(),
    setup: new HostSetup(),
    instance: await thisInstance(),
    scratchFolder,
    runtime: null,
    archive: () => {
      throw new Error('no commit is built');
    },
    progress: () => {},
    signal: never,
  });
  expect(made).toMatchObject({ ok: false, message: expect.stringMatching(/too old to know none-such/) });
  expect((await readdir(scratchFolder)).toSorted()).toEqual(['matrix-base-none-such-x-Ab12cd', 'other']);
});
