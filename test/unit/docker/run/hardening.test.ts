import { expect, test } from 'vitest';
import { containerOptions, inputHead } from '../../../../src/docker/run/container-options.ts';
import { thisInstance } from '../../../../src/docker/identity.ts';
import { LIMITS } from '../../domain/limits.ts';

const image = { tag: 'matrix:x', base: 'ruby:x', digest: 'd', source: 'official', ruby: '/r' } as const;
const spec = {
  env: {},
  input: new Uint8Array(),
  frameKey: 'k',
  limits: { ...LIMITS, cpus: 1.5 },
  labels: { run: 'r' },
};

test('limits become numbers of the engine', async () => {
  const features = { runtime: 'kata', ownKernel: false };
  const options = containerOptions(image, spec, await thisInstance(), features);
  expect(options.HostConfig).toMatchObject({
    Memory: 536_870_912,
    MemorySwap: 536_870_912,
    NanoCpus: 1_500_000_000,
    PidsLimit: 64,
    Init: false,
    Runtime: 'kata',
    Ulimits: expect.arrayContaining([{ Name: 'nofile', Soft: 256, Hard: 256 }]),
  });
  // On the host's own kernel it would count all containers of the user together.
  expect(options.HostConfig?.Ulimits?.map(({ Name }) => Name)).not.toContain('nproc');
});

test.each([
  ['$a = []\n# https://bugs.ruby-lang.org/issues/14372\n1000.times { $a << 1 }\n', {}, true],
  ['require "socket"\nloop { TCPServer.new("localhost", 0).close }\n', {}, undefined],
  ['loop { Net::HTTP.get(uri) }\n', {}, undefined],
  ['loop { 1 }\n', { gems: [] }, undefined],
  ['1\n'.repeat(300_000), {}, undefined],
])('a network is set up only for a script that may look for localhost: %.60j %j', async (text, more, off) => {
  const features = { runtime: null, ownKernel: false };
  const options = containerOptions(
    { ...image, ...more },
    { ...spec, input: Buffer.from(text) },
    await thisInstance(),
    features,
  );
  expect(options.NetworkDisabled).toBe(off);
  expect(options.HostConfig?.NetworkMode).toBe('none');
});

test('settings are sent before the input, with those that describe the sandbox', () => {
  const features = { runtime: 'runsc', ownKernel: true };
  const head = inputHead({ input: new Uint8Array(7), frameKey: 'k' }, { A: 'größe', B: 'x=y' }, features);
  const settings = 'A=größe\0B=x=y\0MATRIX_RUNTIME=runsc\0MATRIX_OWN_KERNEL=1\0';
  expect(head.toString()).toBe(`7 k ${Buffer.byteLength(settings)}\n${settings}`);
});

test('a kernel of its own gets room beside the script, which it bounds itself', async () => {
  const features = { runtime: 'runsc', ownKernel: true };
  const { HostConfig } = containerOptions(image, spec, await thisInstance(), features);
  expect(HostConfig).toMatchObject({ Memory: (512 + 64) * 2 ** 20, MemorySwap: (512 + 64) * 2 ** 20 });
  expect(HostConfig?.PidsLimit).toBeGreaterThan(64 * 7);
  expect(HostConfig?.Ulimits).toContainEqual({ Name: 'nproc', Soft: 64, Hard: 64 });
});

test('without a runtime of choice, none is requested', async () => {
  const { HostConfig } = containerOptions(image, spec, await thisInstance(), {
    runtime: null,
    ownKernel: false,
  });
  expect(HostConfig).not.toHaveProperty('Runtime');
});
