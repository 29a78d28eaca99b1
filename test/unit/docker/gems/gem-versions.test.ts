import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { gemVersions } from '../../../../src/docker/gems/gem-versions.ts';
import { withGemVersions } from '../../../../src/engine/plan/gem-ranges.ts';
import { STANDARD_GEM_POLICY, type GemPolicy } from '../../../../src/domain/ruby/gems.ts';

const INDEX = `created_at: 2026-01-01T00:00:00Z
---
1.0.0 |checksum:ab
1.1.0 bigdecimal:>= 1.0|checksum:cd,ruby:>= 2.0
1.1.0-java bigdecimal:>= 1.0|checksum:ef
1.2.0.rc1 |checksum:01
1.10.0 |checksum:23
`;

let server: Server;
beforeEach(async () => {
  server = createServer((request, response) => {
    if (request.url === '/info/oj') response.end(INDEX);
    else response.writeHead(request.url === '/info/locked' ? 403 : 404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const policy = (): GemPolicy => {
  const { port } = server.address() as AddressInfo;
  return { ...STANDARD_GEM_POLICY, source: `http://127.0.0.1:${port}` };
};
const never = new AbortController().signal;
const versionsOf = (name: string) => gemVersions(name, policy(), '/nowhere', never);

test('versions are those of the compact index, each once', async () => {
  expect(await versionsOf('oj')).toEqual({ ok: true, value: ['1.0.0', '1.1.0', '1.2.0.rc1', '1.10.0'] });
});

test('what the source does not have, or does not give, is said', async () => {
  expect(await versionsOf('none')).toMatchObject({
    ok: false,
    message: expect.stringContaining('no such gem'),
  });
  expect(await versionsOf('locked')).toMatchObject({
    ok: false,
    message: expect.stringContaining('answers 403'),
  });
});

test('ranges of a request are replaced by what there is; the rest stays', async () => {
  const containers = { gemVersions: (name: string) => versionsOf(name) };
  const gems = ['rack', 'oj=1.0..1.10.0', './folder', 'ox=2.0.0'];
  expect(await withGemVersions(gems, policy(), containers, never)).toEqual([
    'rack',
    'oj=1.0.0,1.1.0,1.10.0',
    './folder',
    'ox=2.0.0',
  ]);
  expect(await withGemVersions(gems, null, containers, never)).toEqual(gems);
  await expect(withGemVersions(['none=1..2'], policy(), containers, never)).rejects.toThrow(/no such gem/);
  await expect(withGemVersions(['oj=5..6'], policy(), containers, never)).rejects.toThrow(
    /no version in 5\.\.6/,
  );
  await expect(withGemVersions(['../x=1..2'], policy(), containers, never)).rejects.toThrow(
    /not the name of a gem/,
  );
});
