import { expect, test } from 'vitest';
import type { RunRecord } from '../../src/domain/run/record.ts';
import { STANDARD_GEM_POLICY } from '../../src/domain/ruby/gems.ts';
import { AUTH, fieldsOf, post, SCRIPT, startService, TOKEN, type TestService } from './service.ts';

const PAGE = { Accept: 'text/html' };
const OWN = { Origin: 'http://localhost', 'Content-Type': 'application/x-www-form-urlencoded' };
const BOB = 'another-token-for-tests-0123';
const ASKED = {
  script: SCRIPT,
  rubies: '3.1.2',
  files: { 'data.txt': 'secret', Gemfile: '' },
  options: { gemfile: 'Gemfile' },
};

const runOf = async (answer: Response): Promise<RunRecord> => (await answer.json()) as RunRecord;

async function sessionOf({ app }: TestService, token: string): Promise<Record<string, string>> {
  const body = new URLSearchParams({ token, to: '/' }).toString();
  const answer = await app.request('/session', { method: 'POST', body, headers: OWN });
  return { ...PAGE, Cookie: answer.headers.get('Set-Cookie')?.split(';')[0] ?? '' };
}

const sendForm = (on: TestService, fields: Record<string, string>): Promise<Response> =>
  Promise.resolve(
    on.app.request('/runs', {
      method: 'POST',
      body: new URLSearchParams(fields).toString(),
      headers: { ...OWN, ...PAGE },
    }),
  );

test('a run says which one it was made from; there has to be such a run', async () => {
  await using on = await startService();
  const first = await runOf(await post(on.app, { script: SCRIPT, rubies: '3.1.2' }));
  expect(first.basedOn).toBeNull();
  const second = await runOf(
    await post(on.app, { script: `${SCRIPT}# edited`, rubies: '3.1.2', basedOn: first.id }),
  );
  expect(second.basedOn).toBe(first.id);
  const page = await (await on.app.request(`/runs/${second.id}`, { headers: PAGE })).text();
  expect(page).toContain(`href="/runs/${first.id}/compare/${second.id}"`);
  for (const basedOn of ['20261123-071502-repro-3f9a2c', '../x', 7]) {
    const refused = await post(on.app, { script: SCRIPT, rubies: '3.1.2', basedOn });
    expect([refused.status, await fieldsOf(refused)]).toEqual([422, ['body basedOn']]);
  }
});

test('the form is filled with a run; there has to be such a run', async () => {
  await using on = await startService();
  const { id } = await runOf(
    await post(on.app, { script: `${SCRIPT}# <b>`, name: 'lib/x.rb', rubies: '3.1.2', args: ['a'] }),
  );
  const page = await (await on.app.request(`/?from=${id}`, { headers: PAGE })).text();
  expect(page).toContain('# &lt;b&gt;');
  expect(page).toContain('value="lib/x.rb"');
  expect(page).toContain(`name="based-on" value="${id}"`);
  for (const from of ['nothing', '..', '%3Cb%3E'])
    expect((await on.app.request(`/?from=${from}`, { headers: PAGE })).status).toBe(404);
});

test('the files beside it are taken over by the token that sent them, and shown to nobody else', async () => {
  await using on = await startService({ matrix: { gems: { ...STANDARD_GEM_POLICY, clients: true } } });
  const { id } = await runOf(await post(on.app, ASKED));
  // Cancelled, so finished: its request is no longer needed for measuring.
  await on.app.request(`/runs/${id}`, { method: 'DELETE', headers: AUTH });
  const seen = async (headers: Record<string, string>): Promise<string> =>
    (await on.app.request(`/?from=${id}`, { headers })).text();
  expect(await seen(await sessionOf(on, TOKEN))).toContain('data.txt, Gemfile');
  for (const page of [await seen(PAGE), await seen(await sessionOf(on, BOB))]) {
    expect(page).not.toMatch(/data\.txt|secret/);
    expect(page).toContain('only who sent them can take over');
  }
  const fields = { script: SCRIPT, ruby: '3.1.2', 'based-on': id, files: 'true', gemfile: 'Gemfile' };
  const filesAfter = async (token: string): Promise<readonly string[]> => {
    const answer = await sendForm(on, { ...fields, token });
    expect(answer.status).toBe(303);
    const made = answer.headers.get('Location')?.split('/').at(-1) ?? '';
    return (await on.store.loadTicket(made))?.request?.files.map(({ path }) => path) ?? [];
  };
  expect(await filesAfter(TOKEN)).toEqual(['data.txt', 'Gemfile']);
  expect(await filesAfter(BOB)).toEqual([]);
});

test('a form comes without the carriage returns that browsers add, and keeps what was typed where it is refused', async () => {
  await using on = await startService();
  const typed = {
    script: 'loop {\r\n}\r\n',
    ruby: '3.1.2',
    token: TOKEN,
    arg: 'a\r\nb',
    other: '1.times { }',
    'other-name': 'b.rb',
  };
  const made = await sendForm(on, typed);
  const id = made.headers.get('Location')?.split('/').at(-1) ?? '';
  const { run } = (await on.service.view(id))!;
  expect([run.script.text, run.options.args, run.variants.map(({ name }) => name)]).toEqual([
    'loop {\n}\n',
    ['a', 'b'],
    ['b.rb'],
  ]);
  const refused = await sendForm(on, {
    ...typed,
    ruby: '9.9',
    'based-on': id,
    loop: '3',
    'exact-count': 'true',
  });
  const page = await refused.text();
  expect(refused.status).toBe(422);
  for (const kept of [
    `name="based-on" value="${id}"`,
    '1.times { }',
    'value="b.rb"',
    'name="exact-count" value="true" checked',
  ])
    expect(page).toContain(kept);
  // The run that it came from was removed meanwhile: what was edited is not lost.
  await on.app.request(`/runs/${id}`, { method: 'DELETE', headers: AUTH });
  await on.app.request(`/runs/${id}`, { method: 'DELETE', headers: AUTH });
  expect((await sendForm(on, { ...typed, 'based-on': id })).status).toBe(303);
});
