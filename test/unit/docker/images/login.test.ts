import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loginFor } from '../../../../src/docker/images/pull/login.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matrix-login-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const basic = (text: string): string => Buffer.from(text).toString('base64');
const write = (config: unknown): Promise<void> =>
  writeFile(join(folder, 'config.json'), typeof config === 'string' ? config : JSON.stringify(config));

test.each([
  ['docker.io', 'https://index.docker.io/v1/', { username: 'hub', password: 'p:w' }],
  ['mirror:5000', 'mirror:5000', { username: 'me', password: 'secret' }],
  ['ghcr.io', 'https://ghcr.io/v2/', { identitytoken: 'token' }],
])('the login of %s is found as docker login wrote it', async (registry, serveraddress, login) => {
  await write({
    auths: {
      'https://index.docker.io/v1/': { auth: basic('hub:p:w') },
      'mirror:5000': { auth: basic('me:secret\0\0') },
      'https://ghcr.io/v2/': { identitytoken: 'token' },
    },
  });
  expect(await loginFor(folder, registry)).toEqual({ serveraddress, ...login });
});

test.each([
  ['no file', null],
  ['no such registry', { auths: { other: { auth: basic('a:b') } } }],
  ['an empty entry', { auths: { 'mirror:5000': {} } }],
  ['no name and password', { auths: { 'mirror:5000': { auth: 'AAAA' } } }],
  ['a helper that is not there', { credsStore: 'matrix-none' }],
  ['no JSON', '{'],
  ['not what it should be', '7'],
])('%s is no login, and no error', async (_, config) => {
  if (config !== null) await write(config);
  expect(await loginFor(folder, 'mirror:5000')).toBe(null);
});

test('a helper keeps the login: it is asked for the right registry', async () => {
  const helper = join(folder, 'docker-credential-matrix-test');
  await writeFile(
    helper,
    '#!/bin/sh\nread -r address\n' +
      '[ "$1 $address" = "get mirror:5000" ] && echo \'{"Username":"me","Secret":"kept"}\' && exit\n' +
      'echo "credentials not found"; exit 1\n',
  );
  await chmod(helper, 0o755);
  vi.stubEnv('PATH', `${folder}${delimiter}${process.env['PATH']}`);
  await write({ credsStore: 'matrix-test', auths: { 'mirror:5000': {} } });
  expect(await loginFor(folder, 'mirror:5000')).toMatchObject({ username: 'me', password: 'kept' });
  expect(await loginFor(folder, 'docker.io')).toBe(null);
  await write({ credHelpers: { 'mirror:5000': 'matrix-test' } });
  expect(await loginFor(folder, 'mirror:5000')).toMatchObject({ username: 'me', password: 'kept' });
});
