import { inspect } from 'node:util';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { negotiate } from '../../../src/docker/connection/api-version.ts';
import { clientOptions } from '../../../src/docker/connection/client-options.ts';
import { connect } from '../../../src/docker/connection/connect.ts';
import { findEndpoint } from '../../../src/docker/connection/endpoint.ts';
import { noEngineError, engineMessage } from '../../../src/docker/connection/engine-errors.ts';

const endpoint = (url: string) => ({ url, origin: 'DOCKER_HOST', tlsFolder: null });

test.each([
  ['1.41', '1.12', '1.41'],
  ['1.44', '1.24', '1.44'],
  ['1.52', '1.24', '1.44'],
  ['1.54', '1.46', '1.46'],
  ['1.9', null, '1.9'],
])('an engine with %s that takes %s and later is spoken to in %s', (has, from, spoken) => {
  expect(negotiate(has, from)).toBe(spoken);
});

test('DOCKER_HOST comes first', async () => {
  const env = { DOCKER_HOST: 'tcp://there:1', DOCKER_CONTEXT: 'x' };
  expect(await findEndpoint(env)).toMatchObject({ url: 'tcp://there:1', origin: 'DOCKER_HOST' });
});

test('a context is looked up as Docker stores it; one that is missing is named', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'matrix-config-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const meta = join(folder, 'contexts/meta', createHash('sha256').update('lab').digest('hex'));
  await mkdir(meta, { recursive: true });
  await writeFile(join(meta, 'meta.json'), '{"Endpoints":{"docker":{"Host":"unix:///run/lab.sock"}}}');
  await writeFile(join(folder, 'config.json'), '{"currentContext":"lab"}');
  expect(await findEndpoint({ DOCKER_CONFIG: folder })).toMatchObject({
    url: 'unix:///run/lab.sock',
    origin: 'context lab',
  });
  await expect(findEndpoint({ DOCKER_CONFIG: folder, DOCKER_CONTEXT: 'gone' })).rejects.toThrow(
    /context gone/,
  );
});

test('addresses become options of the client', async () => {
  expect(await clientOptions(endpoint('unix:///a b.sock'))).toMatchObject({ socketPath: '/a b.sock' });
  expect(await clientOptions(endpoint('tcp://h:2375'))).toMatchObject({
    host: 'h',
    port: '2375',
    protocol: 'http',
  });
  expect(await clientOptions(endpoint('tcp://h'))).toMatchObject({ port: '2375' });
  expect(await clientOptions(endpoint('tcp://[::1]:5'))).toMatchObject({ host: '[::1]', port: '5' });
});

test.each([
  ['ssh://me@host', /Forward the socket/],
  ['tcp://', /not an address/],
  ['bogus', /not the address of an engine/],
])('%s is refused with the way out', async (url, message) => {
  await expect(clientOptions(endpoint(url))).rejects.toThrow(message);
});

test.each([
  ['ENOENT', /no such socket.*DOCKER_HOST/],
  ['EACCES', /usermod -aG docker/],
  ['ECONNREFUSED', /systemctl start docker/],
  ['ETIMEDOUT', /does not answer/],
])('%s says what to do', (code, message) => {
  const error = Object.assign(new Error('connect'), { code });
  expect(noEngineError(endpoint('unix:///x.sock'), error).message).toMatch(message);
});

test('no socket at all: the error names it', async () => {
  await expect(connect({ DOCKER_HOST: 'unix:///no/such/docker.sock' })).rejects.toThrow(
    /\/no\/such\/docker\.sock/,
  );
});

test('the frame of the client around the words of the engine is taken off', () => {
  expect(engineMessage(new Error('(HTTP code 404) no such image - No such image: x '))).toBe(
    'No such image: x',
  );
});

test('what is written of the options for a debug log ends at the agent', async () => {
  for (const url of ['unix:///run/docker.sock', 'tcp://engine.example:2375', 'https://engine.example']) {
    const options = await clientOptions({ url, origin: 'DOCKER_HOST', tlsFolder: null });
    expect(inspect(options, { showHidden: true, depth: null })).toMatch(/agent: Agent\b/);
  }
});
