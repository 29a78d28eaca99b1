import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { RunRecord } from '../../src/domain/run/record.ts';
import { AUTH, fieldsOf, post, SCRIPT, startService, type Problem, type TestService } from './service.ts';

let on: TestService;
beforeAll(async () => {
  on = await startService();
});
afterAll(() => on[Symbol.asyncDispose]());

test('a script as JSON is accepted, stored, and found at its address', async () => {
  const answer = await post(on.app, {
    script: SCRIPT,
    name: 'lib/leak.rb',
    rubies: ['2.3.6', '~>2.4'],
    options: { budgetSeconds: 5, exactCount: true, loop: 1 },
    args: ['a b'],
    files: { 'lib/helper.rb': 'X = 1\n' },
  });
  expect(answer.status).toBe(202);
  const run = (await answer.json()) as RunRecord;
  expect(answer.headers.get('Location')).toBe(`/runs/${run.id}`);
  expect(run).toMatchObject({
    schema: 1,
    state: 'queued',
    attempts: 1,
    cached: false,
    options: { budgetSeconds: 5, exactCount: true },
  });
  expect(run.cells[0]).toMatchObject({ ruby: '2.3.6', state: 'queued' });
  const found = await on.app.request(`/runs/${run.id}`);
  expect(await found.json()).toMatchObject({ id: run.id, queuePosition: expect.any(Number) });
  expect((await on.store.loadRun(run.id))?.script.text).toBe(SCRIPT);
  expect((await on.store.loadTicket(run.id))?.request?.files).toHaveLength(1);
});

test('a script as it is, with its options in the query', async () => {
  const answer = await on.app.request(
    '/runs?ruby=2.2.10,2.3&ruby=2.5.9&name=x.rb&budget=7.5&exact-count=true',
    {
      method: 'POST',
      body: SCRIPT,
      headers: { 'Content-Type': 'text/x-ruby; charset=utf-8', ...AUTH },
    },
  );
  expect(answer.status).toBe(202);
  const run = (await answer.json()) as RunRecord;
  expect(run.script).toMatchObject({ name: 'x.rb', text: SCRIPT });
  expect(run.options).toMatchObject({
    budgetSeconds: 7.5,
    exactCount: true,
    explain: false,
    workdirFrom: null,
  });
  expect(run.cells.map((cell) => cell.ruby)).toContain('2.3.8');
});

test('names for the leaks are requested in the body, in the query, and with the form', async () => {
  const asked = { script: SCRIPT, rubies: '3.1.2', explain: true };
  const json = (await (await post(on.app, asked)).json()) as RunRecord;
  const script = (query: string): Promise<Response> =>
    Promise.resolve(
      on.app.request(`/runs?ruby=3.1.2${query}`, {
        method: 'POST',
        body: SCRIPT,
        headers: { 'Content-Type': 'text/x-ruby', ...AUTH },
      }),
    );
  const query = (await (await script('&explain=true')).json()) as RunRecord;
  const plain = (await (await script('&explain=false')).json()) as RunRecord;
  const form = await on.app.request('/runs', {
    method: 'POST',
    body: new URLSearchParams({ script: SCRIPT, ruby: '3.1.2', explain: 'true' }).toString(),
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...AUTH },
  });
  expect(form.status).toBe(303);
  const posted = await on.store.loadRun((form.headers.get('Location') ?? '').replace('/runs/', ''));
  expect([json, query, plain, posted].map((run) => run?.options.explain)).toEqual([true, true, false, true]);
  expect((await on.store.loadTicket(json.id))?.request?.explain).toBe(true);
});

const SAYS = '# matrix: rubies 2.3.6\n# matrix: rubies 2.4.3\n# matrix: budget 12\n1000.times { }\n';

test('what a script says of itself stands in for what the request does not name', async () => {
  const headers = { 'Content-Type': 'text/x-ruby', ...AUTH };
  const bare = await on.app.request('/runs', { method: 'POST', body: SAYS, headers });
  const said = (await bare.json()) as RunRecord;
  expect(said.cells.map((cell) => cell.ruby)).toEqual(['2.3.6', '2.4.3']);
  expect(said.options.budgetSeconds).toBe(12);
  const body = { script: SAYS.replace('12', '9999'), rubies: '3.1.2', options: { budgetSeconds: 7 } };
  const named = (await (await post(on.app, body)).json()) as RunRecord;
  expect(named.cells.map((cell) => cell.ruby)).toEqual(['3.1.2']);
  expect(named.options.budgetSeconds).toBe(7);
});

test.each([
  ['# matrix: budget soon', 'script: line 2: budget soon: give seconds above 0, such as 60'],
  ['# matrix: budget 601', 'script: line 2: budget 601: the longest that may be asked for is 600 seconds'],
  ['# matrix: keep-sleep 1', 'script: line 2: keep-sleep takes no value, but has 1'],
  ['# matrix: rubies 2.3.66', 'script: line 2: rubies: 2.3.66 is not in the matrix'],
  ['# matrix: rubis 2.3', 'script: line 2: # matrix: rubis is not known; did you mean rubies?'],
])('a script that says %s is refused, and the line named', async (comment, detail) => {
  const script = `# a leak\n${comment}\n${SCRIPT}`;
  const bare = await on.app.request('/runs', {
    method: 'POST',
    body: script,
    headers: { 'Content-Type': 'text/x-ruby', ...AUTH },
  });
  const problem = (await bare.json()) as Problem;
  expect([bare.status, problem.errors[0]?.field]).toEqual([422, 'script']);
  expect(problem.detail).toContain(detail);
  expect(await fieldsOf(await post(on.app, { script }))).toEqual(['body script']);
});

const REFUSED: readonly (readonly [string, object, readonly string[]])[] = [
  ['no script', {}, ['body script']],
  ['an empty script', { script: '  \n' }, ['body script']],
  ['a binary script', { script: 'a\0b' }, ['body script']],
  ['a script beyond the limit', { script: `#${'x'.repeat(256 * 1024)}` }, ['body script']],
  ['an unknown field', { script: SCRIPT, colour: 'red' }, ['body colour']],
  ['an image', { script: SCRIPT, image: 'evil' }, ['body image']],
  ['an option of the engine', { script: SCRIPT, options: { privileged: true } }, ['body options.privileged']],
  ['an unknown ruby', { script: SCRIPT, rubies: ['2.3.6', '2.3.66'] }, ['body rubies.1']],
  ['an image as a ruby', { script: SCRIPT, rubies: 'alpine:latest' }, ['body rubies']],
  ['no ruby at all', { script: SCRIPT, rubies: [] }, ['body rubies']],
  ['a budget of text', { script: SCRIPT, options: { budgetSeconds: '10' } }, ['body options.budgetSeconds']],
  [
    'a budget beyond the limit',
    { script: SCRIPT, options: { budgetSeconds: 601 } },
    ['body options.budgetSeconds'],
  ],
  ['a host path', { script: SCRIPT, name: '/etc/passwd' }, ['body name']],
  ['a path that climbs', { script: SCRIPT, files: { 'a/../../b': '' } }, ['body files.a/../../b']],
  ['a path of Windows', { script: SCRIPT, files: { 'c:\\x': '' } }, ['body files.c:\\x']],
  [
    'a second script of its name',
    { script: SCRIPT, name: 'a.rb', files: { 'a.rb': '' } },
    ['body files.a.rb'],
  ],
  ['a file that is a folder, too', { script: SCRIPT, files: { lib: '', 'lib/a.rb': '' } }, ['body files']],
  ['a script that is a folder, too', { script: SCRIPT, name: 'a', files: { 'a/b.rb': '' } }, ['body files']],
  ['a word for yes', { script: SCRIPT, explain: 'yes' }, ['body explain']],
  ['another word for yes', { script: SCRIPT, options: { keepSleep: 'yes' } }, ['body options.keepSleep']],
  ['bytes as a file', { script: SCRIPT, files: { a: 1 } }, ['body files.a']],
];

test.each(REFUSED)('%s is refused, and the field named', async (_, body, fields) => {
  const answer = await post(on.app, body);
  expect(answer.status).toBe(422);
  expect(answer.headers.get('Content-Type')).toBe('application/problem+json');
  expect(await fieldsOf(answer)).toEqual(fields);
});

/** Returns the code of a problem, and of each field that is wrong. */
async function codes(body: object): Promise<readonly string[]> {
  const { code, errors } = (await (await post(on.app, body)).json()) as {
    readonly code: string;
    readonly errors: readonly { readonly code: string }[];
  };
  return [code, ...errors.map((error) => error.code)];
}

test('the problem and each field have a code, for programs', async () => {
  expect(await codes({ colour: 'red' })).toEqual(['invalid-request', 'wrong-type', 'unknown-field']);
  expect(await codes({ script: SCRIPT, rubies: ['2.3.66'] })).toEqual(['invalid-request', 'unknown-ruby']);
  expect(await codes({ script: SCRIPT, options: { budgetSeconds: 601 } })).toEqual([
    'invalid-request',
    'too-large',
  ]);
  expect(await codes({ script: '# matrix: budget soon\n' })).toEqual(['invalid-request', 'bad-comment']);
  expect(await codes({ script: SCRIPT, name: 'a', files: { 'a/b.rb': '' } })).toEqual([
    'invalid-request',
    'name-clash',
  ]);
});

test('the message says what would be right', async () => {
  const answer = await post(on.app, { script: SCRIPT, rubies: ['2.3.66'] });
  expect(((await answer.json()) as Problem).detail).toMatch(
    /2\.3\.66 is not in the matrix.*did you mean 2\.3\.6/,
  );
});

test.each([
  ['ruby=2.3.6&image=x', 'query image'],
  ['rubies=2.3.6', 'query rubies'],
  ['budget=soon', 'query budget'],
  ['loop=0', 'query loop'],
  ['exact-count=maybe', 'query exact-count'],
  ['explain=maybe', 'query explain'],
  ['keep-sleep=maybe', 'query keep-sleep'],
  ['ruby=9.9', 'query ruby'],
  ['script=x', 'query script'],
])('?%s is refused', async (query, field) => {
  const headers = { 'Content-Type': 'text/x-ruby', ...AUTH };
  const answer = await on.app.request(`/runs?${query}`, { method: 'POST', body: SCRIPT, headers });
  expect(answer.status).toBe(422);
  expect(await fieldsOf(answer)).toEqual([field]);
});

test('options in the query of a JSON body are refused: they would be overlooked', async () => {
  const headers = { 'Content-Type': 'application/json', ...AUTH };
  const body = JSON.stringify({ script: SCRIPT });
  const answer = await on.app.request('/runs?ruby=2.3.6', { method: 'POST', body, headers });
  expect(await fieldsOf(answer)).toEqual(['query ruby']);
});

test('a loop that is not there, and a script without code, cannot be measured', async () => {
  const loop = await post(on.app, { script: SCRIPT, rubies: '3.1.2', options: { loop: 7 } });
  expect([loop.status, ((await loop.json()) as Problem).detail]).toEqual([
    422,
    expect.stringContaining('--loop 7'),
  ]);
  expect((await post(on.app, { script: '# nothing\n', rubies: '3.1.2' })).status).toBe(422);
});

test('no ruby named and no engine to ask for the default ones: says so', async () => {
  const answer = await post(on.app, { script: SCRIPT });
  expect([answer.status, answer.headers.get('Retry-After')]).toEqual([503, '30']);
  expect(((await answer.json()) as Problem).detail).toMatch(/no engine in this test.*names its rubies/);
});

test.each([
  ['\xff\xfe', 'text/x-ruby', 202],
  [Buffer.from([0xff, 0xfe]), 'text/x-ruby', 400],
  ['x', 'application/yaml', 415],
  ['x', '', 415],
  ['1000.times { }', 'application/x-www-form-urlencoded', 415],
])('%s as %s', async (body, type, status) => {
  const headers = { ...AUTH, 'Content-Type': type };
  const answer = await on.app.request('/runs?ruby=3.1.2', { method: 'POST', body, headers });
  expect(answer.status).toBe(status);
});

test('a body that is no JSON is refused as such', async () => {
  expect((await post(on.app, '{')).status).toBe(400);
});

test('a body that is too large is refused, its length announced or not', async () => {
  const chunk = new TextEncoder().encode('#'.repeat(64 * 1024));
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      sent += 1;
      controller.enqueue(chunk);
    },
  });
  const headers = { ...AUTH, 'Content-Type': 'text/x-ruby' };
  const init = { method: 'POST', body: endless, headers, duplex: 'half' } as RequestInit;
  expect((await on.app.request('/runs', init)).status).toBe(413);
  expect(sent).toBeLessThan(40);
  const announced = { method: 'POST', body: 'x', headers: { ...headers, 'Content-Length': '2000000' } };
  expect((await on.app.request('/runs', announced)).status).toBe(413);
});

test('no script text is logged', async () => {
  await post(on.app, { script: 'SECRET_WORD = 1\n1000.times { }\n', rubies: '3.1.2' });
  await post(on.app, 'SECRET_WORD {');
  expect(on.logged.join('')).not.toContain('SECRET_WORD');
  expect(on.logged.join('')).not.toContain('a-token-for-tests');
});

test('files are written out once, and not kept as text while the run waits', async () => {
  const content = 'x'.repeat(300_000);
  const encoded = vi.spyOn(Buffer.prototype, 'toString');
  const answer = await post(on.app, { script: SCRIPT, rubies: '3.1.2', files: { 'data.txt': content } });
  const times = encoded.mock.calls.filter(
    ([encoding], index) =>
      encoding === 'base64' && (encoded.mock.contexts[index] as Buffer).length === content.length,
  ).length;
  encoded.mockRestore();
  const run = (await answer.json()) as RunRecord;
  expect([answer.status, times]).toEqual([202, 1]);
  const stored = (await on.store.loadTicket(run.id))?.request?.files[0];
  expect(Buffer.from(stored?.base64 ?? '', 'base64').toString()).toBe(content);
});

const askWith = (content: string, key: string) =>
  post(on.app, { script: SCRIPT, rubies: '3.1.2', files: { a: content } }, { 'Idempotency-Key': key });

test('another file is another request, and another answer', async () => {
  const first = (await (await askWith('1', 'files-1')).json()) as RunRecord;
  const again = (await (await askWith('1', 'files-1')).json()) as RunRecord;
  expect(again.id).toBe(first.id);
  expect((await askWith('2', 'files-1')).status).toBe(422);
  const other = (await (await askWith('2', 'files-2')).json()) as RunRecord;
  const prints = await Promise.all([first, other].map(async ({ id }) => on.store.loadTicket(id)));
  expect(prints[0]?.fingerprint).not.toBe(prints[1]?.fingerprint);
});
