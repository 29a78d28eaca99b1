import { afterAll, beforeAll, expect, test } from 'vitest';
import { AUTH, post, SCRIPT, startService, TOKEN, type TestService } from '../service.ts';
import { listed } from '../../listed.ts';

let on: TestService;
beforeAll(async () => {
  on = await startService();
});
afterAll(() => on[Symbol.asyncDispose]());

const ASK = { script: SCRIPT, rubies: '3.1.2' };
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'text/html' };
const OWN = { Origin: 'http://localhost' };

test.each([
  ['nothing', ''],
  ['another scheme', `Basic ${TOKEN}`],
  ['a wrong token', `Bearer ${TOKEN}x`],
  ['half a token', `Bearer ${TOKEN.slice(0, 9)}`],
  ['two tokens', `Bearer ${TOKEN} ${TOKEN}`],
])('%s does not write', async (_, header) => {
  const answer = await post(on.app, ASK, { Authorization: header });
  expect(answer.status).toBe(401);
  expect(answer.headers.get('WWW-Authenticate')).toMatch(/^Bearer/);
  expect(
    (await on.app.request('/runs/x', { method: 'DELETE', headers: { Authorization: header } })).status,
  ).toBe(401);
});

test('reading needs no token', async () => {
  for (const path of ['/', '/runs', '/rubies', '/openapi.json', '/docs', '/healthz', '/metrics']) {
    expect([path, (await on.app.request(path)).status]).toEqual([path, 200]);
  }
});

test.each([
  ['http://evil.example', {}],
  ['null', {}],
  ['http://localhost:8080', {}],
  ['https://localhost', {}],
  ['http://localhost', { 'Sec-Fetch-Site': 'cross-site' }],
])('a page of %s does not write, not even with the token', async (Origin, more) => {
  const before = (await listed(on.service)).length;
  expect((await post(on.app, ASK, { Origin, ...more })).status).toBe(403);
  expect((await listed(on.service)).length).toBe(before);
});

test.each(['evil.example', 'localhost.evil.example', '10.0.0.1', 'localhost@evil.example', '', '[::2]'])(
  'the Host %s is none of ours',
  async (Host) => {
    expect((await on.app.request('/runs', { headers: { Host } })).status).toBe(403);
  },
);

test.each(['localhost', 'localhost:1234', '127.0.0.1:80', '[::1]:7070', 'LOCALHOST'])(
  'the Host %s is',
  async (Host) => {
    expect((await on.app.request('/runs', { headers: { Host } })).status).toBe(200);
  },
);

test('a proxy’s name and origin are those of --public-url', async () => {
  await using behind = await startService({
    access: { hostNames: ['matrix.example'], publicOrigin: 'https://matrix.example' },
  });
  const own = { Host: 'matrix.example', Origin: 'https://matrix.example' };
  expect((await post(behind.app, ASK, own)).status).toBe(202);
  expect((await post(behind.app, ASK, { ...own, Origin: 'http://matrix.example.evil' })).status).toBe(403);
  const signedIn = await signIn(behind, TOKEN, own);
  const set = signedIn.headers.get('Set-Cookie') ?? '';
  expect(set).toMatch(/^__Host-matrix_session=.*; Path=\/.*; Secure/);
  expect(set).not.toMatch(/Domain=/);
  const Cookie = set.split(';')[0] ?? '';
  expect((await post(behind.app, ASK, { ...own, Authorization: '', Cookie })).status).toBe(202);
  const unprefixed = Cookie.replace('__Host-', '');
  expect((await post(behind.app, ASK, { ...own, Authorization: '', Cookie: unprefixed })).status).toBe(401);
});

async function signIn(
  at: TestService,
  token: string,
  headers: Record<string, string> = OWN,
): Promise<Response> {
  return at.app.request('/session', {
    method: 'POST',
    body: new URLSearchParams({ token }).toString(),
    headers: { ...FORM, ...headers },
  });
}

test('the page’s session: a cookie that only the page itself can use', async () => {
  const answer = await signIn(on, TOKEN);
  expect(answer.status).toBe(303);
  const set = answer.headers.get('Set-Cookie') ?? '';
  expect(set).toMatch(/HttpOnly/);
  expect(set).toMatch(/SameSite=Strict/);
  expect(set).not.toContain(TOKEN);
  const Cookie = set.split(';')[0] ?? '';
  const withCookie = { Authorization: '', Cookie };
  expect((await post(on.app, ASK, { ...withCookie, ...OWN })).status).toBe(202);
  expect((await post(on.app, ASK, { ...withCookie, 'Sec-Fetch-Site': 'same-origin' })).status).toBe(202);
  expect((await post(on.app, ASK, withCookie)).status).toBe(401);
  expect((await post(on.app, ASK, { ...withCookie, Origin: 'http://evil.example' })).status).toBe(403);
  for (const forged of [`${Cookie}x`, Cookie.replace(/=\d+/, '=9999999999999'), 'matrix_session=1.2.3']) {
    expect((await post(on.app, ASK, { ...withCookie, Cookie: forged, ...OWN })).status).toBe(401);
  }
  const ended = await on.app.request('/session/end', {
    method: 'POST',
    headers: { ...FORM, ...OWN, Cookie },
  });
  expect(ended.headers.get('Set-Cookie')).toMatch(/matrix_session=;.*Max-Age=0/);
});

test('a wrong token starts no session, and neither does a foreign page or a program', async () => {
  expect((await signIn(on, 'wrong')).status).toBe(401);
  expect((await signIn(on, TOKEN, { Origin: 'http://evil.example' })).status).toBe(403);
  expect((await signIn(on, TOKEN, {})).status).toBe(403);
});

test('the form of the page starts a run with the token, and continues to it', async () => {
  const fields = new URLSearchParams([
    ['script', SCRIPT],
    ['name', ''],
    ['ruby', '3.1.2'],
    ['ruby', '3.3'],
    ['budget', ''],
    ['token', TOKEN],
  ]);
  const init = { method: 'POST', body: fields.toString() };
  const answer = await on.app.request('/runs', { ...init, headers: { ...FORM, ...OWN } });
  expect(answer.status).toBe(303);
  expect(answer.headers.get('Location')).toMatch(/^\/runs\/\d{8}-/);
  expect(answer.headers.get('Set-Cookie')).toMatch(/^matrix_session=/);
  expect((await on.app.request('/runs', { ...init, headers: FORM })).status).toBe(403);
});

function sendForm(fields: Record<string, string>): Response | Promise<Response> {
  const body = new URLSearchParams(fields).toString();
  return on.app.request('/runs', { method: 'POST', body, headers: { ...FORM, ...OWN } });
}

test('a form that is wrong comes back with what was typed and what is wrong', async () => {
  const wrong = { script: '1.times { "<b>" }', ruby: '9.9', budget: '5', token: TOKEN };
  const answer = await sendForm(wrong);
  expect(answer.status).toBe(422);
  const page = await answer.text();
  expect(page).toContain('9.9 is not in the matrix');
  expect(page).toContain('&lt;b&gt;');
  expect(page).not.toContain(TOKEN);
  const noToken = await sendForm({ ...wrong, token: 'guess' });
  expect([noToken.status, await noToken.text()]).toEqual([
    401,
    expect.stringContaining('not a token of this service'),
  ]);
});

test('writes are limited per token, guesses per address', async () => {
  await using slow = await startService({ http: { writesPerMinute: 3 } });
  const statuses: number[] = [];
  for (let index = 0; index < 4; index += 1) statuses.push((await post(slow.app, ASK)).status);
  expect(statuses).toEqual([202, 202, 202, 429]);
  const limited = await post(slow.app, ASK);
  expect(Number(limited.headers.get('Retry-After'))).toBeGreaterThan(0);
  const bob = { Authorization: 'Bearer another-token-for-tests-0123' };
  expect((await post(slow.app, ASK, bob)).status).toBe(202);
  const guesses: number[] = [];
  for (let index = 0; index < 4; index += 1) {
    guesses.push((await post(slow.app, ASK, { Authorization: `Bearer guess${index}` })).status);
  }
  expect(guesses).toEqual([401, 401, 401, 429]);
});

test('an address that has used up its guesses learns nothing more, not even by a right one', async () => {
  await using slow = await startService({ http: { writesPerMinute: 3 } });
  const guess = async (secret: string): Promise<number> =>
    (await post(slow.app, ASK, { Authorization: `Bearer ${secret}` })).status;
  for (let index = 0; index < 3; index += 1) expect(await guess(`wrong${index}`)).toBe(401);
  expect(await guess(TOKEN)).toBe(429);
});

test('right tokens use up no guesses; behind a proxy everybody has guesses of their own', async () => {
  await using slow = await startService({
    http: { writesPerMinute: 3 },
    access: { hostNames: ['matrix.example'], publicOrigin: 'https://matrix.example' },
  });
  const from = async (address: string, secret: string): Promise<number> => {
    const headers = { Authorization: `Bearer ${secret}`, 'X-Forwarded-For': `192.0.2.1, ${address}` };
    return (await post(slow.app, ASK, headers)).status;
  };
  for (let index = 0; index < 3; index += 1) expect(await from('192.0.2.7', TOKEN)).toBe(202);
  for (let index = 0; index < 3; index += 1) expect(await from('192.0.2.7', `wrong${index}`)).toBe(401);
  expect(await from('192.0.2.7', 'wrong')).toBe(429);
  expect(await from('192.0.2.8', 'another-token-for-tests-0123')).toBe(202);
});

test('every answer has a request id and cannot be framed or sniffed', async () => {
  const answer = await on.app.request('/nowhere', { headers: { 'X-Request-Id': 'abc-1' } });
  expect(answer.status).toBe(404);
  expect(answer.headers.get('X-Request-Id')).toBe('abc-1');
  expect(await answer.json()).toMatchObject({ requestId: 'abc-1' });
  expect(answer.headers.get('X-Content-Type-Options')).toBe('nosniff');
  expect(answer.headers.get('Content-Security-Policy')).toContain("frame-ancestors 'none'");
  const odd = await on.app.request('/nowhere', { headers: { 'X-Request-Id': 'a b"}' } });
  expect(odd.headers.get('X-Request-Id')).toMatch(/^[0-9a-f]{16}$/);
  expect(on.logged.some((line) => line.includes('"requestId":"abc-1"'))).toBe(true);
  expect((await on.app.request('/runs', { method: 'PUT', headers: AUTH })).headers.get('Allow')).toBe(
    'POST, GET',
  );
});

test('control characters of an address are escaped in the log', async () => {
  await on.app.request('/runs/%1b%5b2J%e2%80%ae');
  const line = on.logged.at(-1) ?? '';
  expect(line.trimEnd()).not.toMatch(/[\u0000-\u001f\u202e]/);
});
