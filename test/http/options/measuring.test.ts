import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunRecord } from '../../../src/domain/run/record.ts';
import { AUTH, post, SCRIPT, startService, type TestService } from '../service.ts';

let on: TestService;
beforeAll(async () => {
  on = await startService();
});
afterAll(() => on[Symbol.asyncDispose]());

const submitJson = async (script: string, options: object): Promise<RunRecord> =>
  (await (await post(on.app, { script, rubies: '3.1.2', options })).json()) as RunRecord;

const submitScript = async (
  script: string,
  more: string,
  named: Readonly<Record<string, string>> = {},
): Promise<RunRecord> => {
  const headers = { 'Content-Type': 'text/x-ruby', ...AUTH, ...named };
  const answer = await on.app.request(`/runs?ruby=3.1.2${more}`, { method: 'POST', body: script, headers });
  return (await answer.json()) as RunRecord;
};
const submitForm = async (
  script: string,
  more: Readonly<Record<string, string>>,
): Promise<RunRecord | null> => {
  const answer = await on.app.request('/runs', {
    method: 'POST',
    body: new URLSearchParams({ script, ruby: '3.1.2', ...more }).toString(),
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...AUTH },
  });
  expect(answer.status).toBe(303);
  return on.store.loadRun((answer.headers.get('Location') ?? '').replace('/runs/', ''));
};

test('sleeps are kept where the body, the query, the form or the script says so; the request wins', async () => {
  const keeping = `# matrix: keep-sleep\n${SCRIPT}`;
  const cases: readonly (readonly [Promise<RunRecord | null>, boolean])[] = [
    [submitJson(SCRIPT, {}), false],
    [submitJson(SCRIPT, { keepSleep: true }), true],
    [submitJson(keeping, {}), true],
    [submitJson(keeping, { keepSleep: false }), false],
    [submitScript(SCRIPT, ''), false],
    [submitScript(SCRIPT, '&keep-sleep=true'), true],
    [submitScript(keeping, ''), true],
    [submitScript(keeping, '&keep-sleep=false'), false],
    [submitForm(SCRIPT, {}), false],
    [submitForm(SCRIPT, { 'keep-sleep': 'true' }), true],
    [submitForm(keeping, {}), true],
  ];
  const runs = await Promise.all(cases.map(([run]) => run));
  expect(runs.map((run) => run?.options.keepSleep)).toEqual(cases.map(([, kept]) => kept));
  const tickets = await Promise.all(runs.map((run) => on.store.loadTicket(run?.id ?? '')));
  expect(tickets.map((ticket) => ticket?.request?.keepSleep)).toEqual(cases.map(([, kept]) => kept));
});

test('settings are what the body, the query or the form say, and belong to the fields that they came in', async () => {
  const axes = { jit: ['off', 'yjit'], 'env.RUBY_GC_HEAP_GROWTH_FACTOR': ['1.1', '1.8'] };
  const fields = 'with=jit%3Doff&with=jit%3Dyjit&env=RUBY_GC_HEAP_GROWTH_FACTOR%3D1.1,1.8';
  const form = new URLSearchParams(`script=${encodeURIComponent(SCRIPT)}&ruby=3.1.2&${fields}`);
  const answer = await on.app.request('/runs', {
    method: 'POST',
    body: form.toString(),
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...AUTH },
  });
  const id = (answer.headers.get('Location') ?? '').replace('/runs/', '');
  const runs = [
    await submitJson(SCRIPT, { axes }),
    await submitScript(SCRIPT, `&${fields}`),
    await on.store.loadRun(id),
  ];
  for (const run of runs) {
    expect(run?.options.axes).toEqual(axes);
    expect(run?.cells).toHaveLength(4);
  }
  const wrong = async (query: string) => {
    const headers = { 'Content-Type': 'text/x-ruby', ...AUTH };
    const problem = await on.app.request(`/runs?ruby=3.1.2&${query}`, {
      method: 'POST',
      body: SCRIPT,
      headers,
    });
    expect(problem.status).toBe(422);
    return ((await problem.json()) as { errors: readonly { field: string; detail: string }[] }).errors[0];
  };
  expect(await wrong('with=jit%3Dturbo')).toMatchObject({
    field: 'with',
    detail: expect.stringMatching(/no such compiler/),
  });
  expect(await wrong('with=yjit')).toMatchObject({
    field: 'with',
    detail: expect.stringMatching(/expected AXIS=VALUE/),
  });
  expect(await wrong('env=LD_PRELOAD%3Dx')).toMatchObject({
    field: 'env',
    detail: expect.stringMatching(/measurement's own/),
  });
  expect(await wrong('env=X')).toMatchObject({
    field: 'env',
    detail: expect.stringMatching(/expected NAME=VALUE/),
  });
});

/** Finds the check box on the page that answers a form with an unknown ruby. */
const boxOfRefused = async (more: Readonly<Record<string, string>>): Promise<string> => {
  const answer = await on.app.request('/runs', {
    method: 'POST',
    body: new URLSearchParams({ script: SCRIPT, ruby: '9.9', ...more }).toString(),
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Accept: 'text/html', ...AUTH },
  });
  expect(answer.status).toBe(422);
  return /<input[^>]*name="keep-sleep"[^>]*>/.exec(await answer.text())?.[0] ?? '';
};

test('a form that is refused comes back with the box as it was', async () => {
  expect(await boxOfRefused({ 'keep-sleep': 'true' })).toMatch(/ checked/);
  expect(await boxOfRefused({})).toMatch(/value="true"\/>$/);
});

test('every way to say it is described', async () => {
  const { paths, components } = (await (await on.app.request('/openapi.json')).json()) as {
    readonly paths: Readonly<
      Record<string, { readonly post: { readonly parameters: readonly { name: string }[] } }>
    >;
    readonly components: { readonly schemas: Readonly<Record<string, object>> };
  };
  expect(paths['/runs']?.post.parameters.map(({ name }) => name)).toContain('keep-sleep');
  expect(components.schemas['Submission']).toHaveProperty(
    'properties.options.properties.keepSleep.type',
    'boolean',
  );
});

test('cells of before are taken unless body, query or header say otherwise, after a restart as well', async () => {
  const cases: readonly (readonly [Promise<RunRecord>, boolean])[] = [
    [submitJson(SCRIPT, {}), true],
    [submitJson(SCRIPT, { cache: false }), false],
    [submitScript(SCRIPT, ''), true],
    [submitScript(SCRIPT, '&cache=false'), false],
    [submitScript(SCRIPT, '', { 'Cache-Control': 'no-cache' }), false],
    [submitScript(SCRIPT, '&cache=true', { 'Cache-Control': 'no-store' }), false],
  ];
  const runs = await Promise.all(cases.map(([run]) => run));
  expect(runs.map((run) => run.options.cache)).toEqual(cases.map(([, cache]) => cache));
  const tickets = await Promise.all(runs.map(({ id }) => on.store.loadTicket(id)));
  expect(tickets.map((ticket) => ticket?.request?.cache)).toEqual(cases.map(([, cache]) => cache));
});

test('a search is requested in the body, the query or the form', async () => {
  const asked = { script: SCRIPT, bisect: true, rubies: 'all' };
  const json = (await (await post(on.app, asked)).json()) as RunRecord;
  const runs = [
    json,
    await submitScript(SCRIPT, '&bisect=true&ruby=3.3'),
    await submitForm(SCRIPT, { bisect: 'true', ruby: '2.2..2.5' }),
  ];
  expect(runs.map((run) => [run?.options.bisect, run?.bisect?.candidates.length ?? 0])).toEqual([
    [true, 129],
    [true, 14],
    [true, 40],
  ]);
  // Which cells it wants shows when it begins.
  expect(json.cells.length).toBeLessThan(20);
  expect((await submitJson(SCRIPT, {})).bisect).toBeNull();
});
