import type Docker from 'dockerode';
import { expect, test } from 'vitest';
import type { Engine } from '../../../../src/docker/connection/connect.ts';
import { registryReachable } from '../../../../src/docker/housekeeping/describe.ts';
import { Registries } from '../../../../src/docker/images/pull/registry.ts';

test('the registry is asked once a minute, however many runs ask for its rubies', async () => {
  let asked = 0;
  const distribution = async () => ((asked += 1), { Platforms: [] });
  const docker = { getImage: () => ({ distribution }) } as unknown as Docker;
  const engine = { docker, registries: new Registries(docker, '/none') } as Engine;
  for (let run = 0; run < 5; run += 1) expect(await registryReachable(engine)).toEqual({ ok: true });
  expect(asked).toBe(1);
});

test.each([
  [
    'no basic auth credentials',
    ['http://mirror:5000/'],
    /mirror http:\/\/mirror:5000 requires a login/,
    /login mirror:5000,/,
  ],
  [
    'unauthorized: incorrect username or password',
    [],
    /requires a login/,
    /^docker login, then run this again$/,
  ],
  ['toomanyrequests: You have reached your pull rate limit', [], /limit for pulls/, /wait/],
])(
  'a registry that says %j answers, but gives nothing: what it wants is reported',
  async (said, mirrors, found, remedy) => {
    const distribution = () => Promise.reject(new Error(said));
    const info = async () => ({ RegistryConfig: { Mirrors: mirrors } });
    const docker = { getImage: () => ({ distribution }), info } as unknown as Docker;
    const engine = { docker, registries: new Registries(docker, '/none') } as Engine;
    const answer = await registryReachable(engine);
    expect(answer).toMatchObject({ ok: true });
    expect(answer.refusal?.found).toMatch(found);
    expect(answer.refusal?.remedy).toMatch(remedy);
  },
);
