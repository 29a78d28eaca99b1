import { expect, test } from 'vitest';
import type { RunRecord } from '../../../src/domain/run/record.ts';
import { AUTH, post, startService } from '../service.ts';

const SCRIPT = '$a = []\n1000.times do\n  $a << 1\n  2 + 2\nend\n';
const asked = { script: SCRIPT, rubies: '3.1.2', options: { without: ['4,3'] } };

test('lines that are left out: by JSON, query, form and mark; each variant is a cell, and the ticket keeps it', async () => {
  await using on = await startService();
  const run = (await (await post(on.app, asked)).json()) as RunRecord;
  expect(run.options.without).toEqual(['3..4']);
  expect(run.cells.map(({ id }) => id)).toEqual(['3.1.2', '3.1.2+script=without-3-4']);
  expect(run.variants.map(({ name, without }) => [name, without])).toEqual([['without-3-4', [3, 4]]]);
  expect((await on.store.loadTicket(run.id))?.request?.without).toEqual(['3..4']);
  const send = (path: string, body: string, type: string) =>
    on.app.request(path, { method: 'POST', body, headers: { 'Content-Type': type, ...AUTH } });
  const query = await send('/runs?ruby=3.1.2&without=3&without=4', SCRIPT, 'text/x-ruby');
  expect(((await query.json()) as RunRecord).options.without).toEqual(['3', '4']);
  const marked = await post(on.app, {
    script: SCRIPT.replace('<< 1', '<< 1 # matrix: without'),
    rubies: '3.1.2',
  });
  expect(((await marked.json()) as RunRecord).options.without).toEqual(['3']);
  const fields = new URLSearchParams({ script: SCRIPT, ruby: '3.1.2', without: '3..4' }).toString();
  const form = await send('/runs', fields, 'application/x-www-form-urlencoded');
  const id = form.headers.get('Location')?.split('/').at(-1) ?? '';
  expect((await on.store.loadRun(id))?.options.without).toEqual(['3..4']);
});

test('a second script is compared with the first; the ticket keeps it for the next start', async () => {
  await using on = await startService();
  const others = [{ name: 'b.rb', script: '1000.times { }\n' }];
  const answer = await post(on.app, { script: SCRIPT, rubies: '3.1.2', others });
  const run = (await answer.json()) as RunRecord;
  expect(run.cells.map(({ id }) => id)).toEqual(['3.1.2', '3.1.2+script=b.rb']);
  expect((await on.store.loadTicket(run.id))?.request?.others).toEqual([
    { name: 'b.rb', text: '1000.times { }\n', path: null },
  ]);
});

test.each([
  [{ options: { without: ['b'] } }, 'b is not a line'],
  [{ options: { without: ['40'] } }, 'no line 40'],
  [{ options: { without: ['2'] } }, 'does not parse'],
  [{ others: [{ name: '../b.rb', script: '1' }] }, 'inside the working directory'],
  [{ others: [{ name: 'b.rb', script: '1' }], options: { without: ['3'] } }, 'leave one or the other out'],
])('what cannot be compared is refused with what is wrong: %j', async (change, said) => {
  await using on = await startService();
  const answer = await post(on.app, { ...asked, ...change });
  expect(answer.status).toBe(422);
  expect(await answer.text()).toContain(said);
});
