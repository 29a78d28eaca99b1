import { expect, test } from 'vitest';
import type { RunRecord } from '../../../src/domain/run/record.ts';
import { AUTH, fieldsOf, post, SCRIPT, startService } from '../service.ts';

const asked = { script: SCRIPT, rubies: '3.1.2', options: { debianPackages: ['ruby-ox', 'ruby-oj'] } };

test('Debian packages are refused where the operator allows none, in the script as well', async () => {
  await using on = await startService();
  const answer = await post(on.app, asked);
  expect(answer.status).toBe(422);
  expect(await answer.clone().text()).toContain('it allows none');
  expect(await fieldsOf(answer)).toEqual(['body options.debianPackages']);
  const comment = `# matrix: debian-package ruby-oj\n${SCRIPT}`;
  const said = await post(on.app, { ...asked, script: comment, options: {} });
  expect(await fieldsOf(said)).toEqual(['body script']);
});

test('those that the operator allows are taken, by JSON, query and comment, and no others', async () => {
  await using on = await startService({ matrix: { clientPackages: ['ruby-oj', 'ruby-ox'] } });
  const run = (await (await post(on.app, asked)).json()) as RunRecord;
  expect(run.options.debianPackages).toEqual(['ruby-oj', 'ruby-ox']);
  expect((await on.store.loadTicket(run.id))?.request?.debianPackages).toEqual(['ruby-oj', 'ruby-ox']);
  const query = await on.app.request('/runs?debian-package=ruby-ox,ruby-oj', {
    method: 'POST',
    body: SCRIPT,
    headers: { 'Content-Type': 'text/x-ruby', ...AUTH },
  });
  const queried = (await query.json()) as RunRecord;
  expect(queried.options.debianPackages).toEqual(['ruby-oj', 'ruby-ox']);
  expect(queried.cells.map(({ ruby }) => ruby)).toEqual(['2.7.4', '3.1.2', '3.3.8']);
  const other = await post(on.app, { ...asked, options: { debianPackages: ['ruby-oj', 'sudo'] } });
  expect(await other.text()).toMatch(/"sudo: Debian packages .* it allows ruby-oj, ruby-ox"/);
});

test('rubies that are not Debian’s are refused with packages', async () => {
  await using on = await startService({ matrix: { clientPackages: ['ruby-oj'] } });
  const answer = await post(on.app, { ...asked, rubies: '3.4', options: { debianPackages: ['ruby-oj'] } });
  expect(answer.status).toBe(422);
  expect(JSON.stringify(await answer.json())).toContain('3.4.1, 3.4.2');
});
