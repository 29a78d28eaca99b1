import { createServer, type Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { trimCache } from '../../../../src/docker/gems/gem-cache.ts';
import { GemSource } from '../../../../src/docker/gems/gem-source.ts';
import { STANDARD_GEM_POLICY, type GemPolicy } from '../../../../src/domain/ruby/gems.ts';

let server: Server;
let folder: string;
let asked: { readonly url: string; readonly login: string | undefined }[];

beforeEach(async () => {
  asked = [];
  folder = await mkdtemp(join(tmpdir(), 'matrix-gem-cache-'));
  server = createServer((request, response) => {
    asked.push({ url: request.url ?? '', login: request.headers.authorization });
    if (request.url?.includes('none') === true) response.writeHead(404).end();
    else if (request.url?.includes('locked') === true) response.writeHead(401).end();
    else if (request.url?.includes('flood') === true) {
      const pour = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536)));
        if (!response.destroyed) response.once('drain', pour);
      };
      pour();
    } else response.end('content');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});

const source = (more: Partial<GemPolicy> = {}, login = ''): GemSource => {
  const { port } = server.address() as AddressInfo;
  const policy = { ...STANDARD_GEM_POLICY, source: `http://${login}127.0.0.1:${port}/mirror`, ...more };
  return new GemSource(policy, folder, new AbortController().signal);
};

test('answers what lies below the source; what never changes is requested once', async () => {
  for (let times = 0; times < 2; times += 1) {
    const one = source();
    expect(await one.get('/gems/oj-3.12.0.gem')).toEqual({ status: 200, body: Buffer.from('content') });
    expect((await one.get('/specs.4.8.gz')).status).toBe(200);
  }
  const urls = asked.map(({ url }) => url);
  expect(urls).toEqual(['/mirror/gems/oj-3.12.0.gem', '/mirror/specs.4.8.gz', '/mirror/specs.4.8.gz']);
});

test.each([
  '/../secret',
  '//example.com/x',
  '/x/../../y',
  '/x y',
  'http://example.com/',
  '/@example.com',
  '/x?other=1',
  '/x\\y',
  '',
])('%s is none of its paths', async (path) => {
  expect((await source().get(path)).status).toBe(400);
  expect(asked).toEqual([]);
});

test('a name and a password stay on the host', async () => {
  await source({}, 'someone:secret@').get('/specs.4.8.gz');
  expect(asked).toEqual([{ url: '/mirror/specs.4.8.gz', login: `Basic ${btoa('someone:secret')}` }]);
});

test('only the gems that are allowed, and Bundler', async () => {
  const one = source({ names: ['oj'] });
  expect((await one.get('/gems/oj-3.12.0.gem')).status).toBe(200);
  expect((await one.get('/gems/bundler-2.3.27.gem')).status).toBe(200);
  expect((await one.get('/gems/oj-evil-1.0.gem')).status).toBe(403);
  expect((await one.get('/quick/Marshal.4.8/nokogiri-1.0.gemspec.rz')).status).toBe(403);
  expect(one.trouble).toContain('gems.names');
});

test('the cache is bounded: what was not asked for longest goes first', async () => {
  for (const version of [1, 2, 3]) await source().get(`/gems/oj-${version}.gem`);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await source().get('/gems/oj-1.gem');
  await trimCache(folder, 'content'.length);
  asked = [];
  for (const version of [1, 2]) await source().get(`/gems/oj-${version}.gem`);
  expect(asked.map(({ url }) => url)).toEqual(['/mirror/gems/oj-2.gem']);
});

test('without a network there is what was downloaded before', async () => {
  await source().get('/gems/oj-3.12.0.gem');
  const one = source({ network: false });
  expect((await one.get('/gems/oj-3.12.0.gem')).status).toBe(200);
  expect((await one.get('/gems/oj-3.13.0.gem')).status).toBe(503);
  expect(one.trouble).toContain('gems.network');
});

test('nobody asks a source forever', async () => {
  const one = source({ network: false });
  for (let times = 0; times < 10_000; times += 1) await one.get('/info/oj');
  expect((await one.get('/info/oj')).status).toBe(429);
  expect(one.trouble).toContain('10000 requests');
});

test('what is too much is cut off while it comes', async () => {
  const one = source({ megabytes: 8 });
  expect((await one.get('/flood')).status).toBe(413);
  expect(one.trouble).toContain('gems.megabytes');
});

test('a gem that there is not is no trouble; a source that asks for a password, or is gone, is', async () => {
  const one = source();
  expect((await one.get('/info/none')).status).toBe(404);
  expect(one.trouble).toBeNull();
  expect((await one.get('/locked')).status).toBe(401);
  expect(one.trouble).toContain('answers 401');
  const gone = new GemSource(
    { ...STANDARD_GEM_POLICY, source: 'http://127.0.0.1:1' },
    folder,
    new AbortController().signal,
  );
  expect((await gone.get('/specs.4.8.gz')).status).toBe(502);
  expect(gone.trouble).toContain('cannot be reached');
});
