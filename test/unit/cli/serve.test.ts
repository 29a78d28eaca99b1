import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { main } from '../../../src/cli/main-command.ts';
import type { ServeRequest } from '../../../src/cli/serve/serve-deps.ts';
import { scene } from './deps.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matrix-serve-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const LONG = 'a-token-that-is-long-enough';

/** Runs `matrix serve` up to where it would listen. */
async function serve(args: readonly string[], env: Record<string, string> = { MATRIX_TOKEN: LONG }) {
  const { deps, streams } = scene({ env });
  const requests: ServeRequest[] = [];
  const code = await main(['serve', '--results', join(folder, 'results'), ...args], {
    ...deps,
    serve: async (request, listening) => {
      requests.push(request);
      listening('http://127.0.0.1:7070');
    },
  });
  return { code, request: requests[0], out: streams.out(), err: streams.err() };
}

test('listens on the loopback, with the token of the environment, and says where', async () => {
  const { code, request, out, err } = await serve([]);
  expect([code, out, err]).toEqual([0, 'listening on http://127.0.0.1:7070\n', '']);
  expect(request).toMatchObject({ host: '127.0.0.1', port: 7070, isPublic: false, jobs: 1, publicUrl: null });
  expect(request?.tokens.map((token) => token.secret)).toEqual([LONG]);
});

test('makes a token when there is none, and shows it once', async () => {
  const { request, err, out } = await serve([], {});
  const secret = request?.tokens[0]?.secret ?? '';
  expect(secret).toMatch(/^[\w-]{32}$/);
  expect(err.split(secret)).toHaveLength(2);
  expect(out).not.toContain(secret);
});

test('tokens of a file, with names or without; a file that others can read is reported', async () => {
  const path = join(folder, 'tokens');
  await writeFile(path, `# the team\nalice ${LONG}-1\n\n${LONG}-2\n`);
  await chmod(path, 0o644);
  const { request, err } = await serve(['--token-file', path], {});
  expect(request?.tokens).toMatchObject([{ name: 'alice', secret: `${LONG}-1` }, { secret: `${LONG}-2` }]);
  expect(err).toMatch(/can be read by others: chmod 600/);
  await chmod(path, 0o600);
  expect((await serve(['--token-file', path])).err).toBe('');
});

test.each([
  ['', /holds no token/],
  ['a b c\n', /expected a token without blanks/],
  [`a ${LONG}\na ${LONG}x\n`, /two tokens are called a/],
])('a token file with %j is refused, without telling a secret', async (text, message) => {
  const path = join(folder, 'tokens');
  await writeFile(path, text);
  const { code, err, request } = await serve(['--token-file', path], {});
  expect([code, request]).toEqual([2, undefined]);
  expect(err).toMatch(message);
  expect(err).not.toContain(LONG);
});

test.each(['short', 'fifteen-charact'])('a short token is refused, by its name: %s', async (secret) => {
  const { code, err, request } = await serve([], { MATRIX_TOKEN: secret });
  expect([code, request]).toEqual([2, undefined]);
  expect(err).toMatch(/the token \w+ has fewer than 16 characters and can be guessed: openssl rand -hex 24/);
  expect(err).not.toContain(secret);
});

test.each([
  [['--private'], {}],
  [[], { MATRIX_PRIVATE: '1' }],
])('private by %j or %j', async (args, env) => {
  const { request } = await serve(args, { MATRIX_TOKEN: LONG, ...env });
  expect(request?.isPrivate).toBe(true);
  expect((await serve([])).request?.isPrivate).toBe(false);
});

test.each([[['--host', '0.0.0.0']], [['--public-url', 'https://matrix.example']]])(
  'that everybody can read is said loudly: %j',
  async (args) => {
    expect((await serve(args)).err).toMatch(
      /EVERYBODY WHO REACHES THIS ADDRESS CAN READ EVERY RUN.*\n.*--private/,
    );
    expect((await serve([...args, '--private'])).err).not.toMatch(/EVERYBODY/);
  },
);

test.each(['0.0.0.0', '::', '192.0.2.7', 'matrix.example'])('a warning for %s without TLS', async (host) => {
  const { request, err } = await serve(['--host', host]);
  expect(request?.isPublic).toBe(true);
  expect(err).toMatch(/without TLS/);
  const behind = ['--host', host, '--public-url', 'https://matrix.example', '--private'];
  expect((await serve(behind)).err).toBe('');
});

test.each(['127.0.0.2', 'localhost', '::1'])('none for %s', async (host) => {
  expect((await serve(['--host', host])).err).toBe('');
});

test.each([
  [['--port', '70000'], /Give a whole number from 1 to 65535/],
  [['--port', 'http'], /Give a whole number/],
  [['--public-url', 'matrix.example'], /expected an address without a path/],
  [['--public-url', 'https://matrix.example/path'], /expected an address without a path/],
  [['--token-file', '/nowhere/tokens'], /no such file/],
  [['--drain', '-1'], /Give seconds above 0/],
  [['--log-level', 'loud'], /Allowed choices/],
])('%j is refused', async (args, message) => {
  const { code, err, request } = await serve(args);
  expect([code, request]).toEqual([2, undefined]);
  expect(err).toMatch(message);
});

test('an address that is taken is reported as such', async () => {
  const { deps, streams } = scene({ env: { MATRIX_TOKEN: LONG } });
  const taken = Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', syscall: 'listen' });
  const code = await main(['serve', '--results', folder], { ...deps, serve: () => Promise.reject(taken) });
  expect([code, streams.err()]).toEqual([2, expect.stringContaining('something else listens there')]);
});
