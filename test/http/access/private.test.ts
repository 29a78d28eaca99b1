import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunRecord } from '../../../src/domain/run/record.ts';
import { AUTH, post, SCRIPT, startService, TOKEN, type TestService } from '../service.ts';

let on: TestService;
let id: string;
beforeAll(async () => {
  on = await startService({ access: { isPrivate: true } });
  id = ((await (await post(on.app, { script: SCRIPT, rubies: '3.1.2' })).json()) as RunRecord).id;
});
afterAll(() => on[Symbol.asyncDispose]());

const PAGE = { Accept: 'text/html' };
const OWN = { Origin: 'http://localhost', 'Content-Type': 'application/x-www-form-urlencoded' };
const get = (path: string, headers: Record<string, string> = {}): Response | Promise<Response> =>
  on.app.request(path, { headers });
const signIn = (fields: Record<string, string>): Response | Promise<Response> =>
  on.app.request('/session', {
    method: 'POST',
    body: new URLSearchParams(fields).toString(),
    headers: { ...OWN, ...PAGE },
  });

const CLOSED = [
  '/',
  '/runs',
  '/rubies',
  '/openapi.json',
  '/docs',
  '/metrics',
  '/nowhere',
  '/runs?limit=1',
  '/queue',
];

test.each([...CLOSED, 'the run', 'its events', 'its report', 'its comparison', 'its form'])(
  '%s needs the token',
  async (what) => {
    const ofRun: Record<string, string> = {
      'the run': `/runs/${id}`,
      'its events': `/runs/${id}/events`,
      'its report': `/runs/${id}/report.json`,
      'its comparison': `/runs/${id}/compare/${id}`,
      'its form': `/?from=${id}`,
    };
    const path = ofRun[what] ?? what;
    const refused = await get(path);
    expect([refused.status, refused.headers.get('WWW-Authenticate')]).toEqual([401, 'Bearer realm="matrix"']);
    expect(await refused.text()).not.toContain('Object.new');
    expect((await get(path, { Authorization: `Bearer ${TOKEN}x` })).status).toBe(401);
    const given = await get(path, AUTH);
    expect(given.status).toBe(path === '/nowhere' ? 404 : 200);
    await given.body?.cancel();
  },
);

test.each(['/healthz', '/assets/matrix.css'])('%s does not', async (path) => {
  expect((await get(path)).status).toBe(200);
});

test('a browser is asked for the token, and continues to the page it wanted', async () => {
  const asked = await get(`/runs/${id}?x=1`, PAGE);
  const page = await asked.text();
  expect([asked.status, page]).toEqual([401, expect.stringContaining('This service is private')]);
  expect(page).toContain(`name="to" value="/runs/${id}?x=1"`);
  const wrong = await signIn({ token: 'wrong', to: `/runs/${id}` });
  expect([wrong.status, await wrong.text()]).toEqual([
    401,
    expect.stringContaining('not a token of this service'),
  ]);
  const right = await signIn({ token: TOKEN, to: `/runs/${id}?x=1` });
  expect([right.status, right.headers.get('Location')]).toEqual([303, `/runs/${id}?x=1`]);
  const Cookie = right.headers.get('Set-Cookie')?.split(';')[0] ?? '';
  const shown = await get(`/runs/${id}`, { ...PAGE, Cookie });
  expect([shown.status, await shown.text()]).toEqual([200, expect.stringContaining('Object.new')]);
});

test.each(['https://evil.example/', '//evil.example/', '/\\evil.example', 'javascript:alert(1)', '\\\\evil'])(
  'signing in leads nowhere else: %s',
  async (to) => {
    const { headers } = await signIn({ token: TOKEN, to });
    expect(headers.get('Location')).toMatch(/^\/(?![/\\])/);
  },
);

test('guessing is slow here as well', async () => {
  await using slow = await startService({ http: { writesPerMinute: 3 }, access: { isPrivate: true } });
  const read = async (secret: string): Promise<number> =>
    (await slow.app.request('/runs', { headers: { Authorization: `Bearer ${secret}` } })).status;
  for (let index = 0; index < 10; index += 1) expect(await read(TOKEN)).toBe(200);
  for (let index = 0; index < 3; index += 1) expect(await read(`wrong${index}`)).toBe(401);
  expect([await read('wrong'), await read(TOKEN)]).toEqual([429, 429]);
});
