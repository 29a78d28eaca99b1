import type Docker from 'dockerode';
import { expect, test } from 'vitest';
import type { Engine } from '../../../src/docker/connection/connect.ts';
import { registryReachable } from '../../../src/docker/housekeeping/describe.ts';
import { Registries } from '../../../src/docker/images/registry.ts';

test('the registry is asked once a minute, however many runs ask for its rubies', async () => {
  let asked = 0;
  const distribution = async () => ((asked += 1), { Platforms: [] });
  const docker = { getImage: () => ({ distribution }) } as unknown as Docker;
  const engine = { docker, registries: new Registries(docker, '/none') } as Engine;
  for (let run = 0; run < 5; run += 1) expect(await registryReachable(engine)).toEqual({ ok: true });
  expect(asked).toBe(1);
});
