import { expect, test } from 'vitest';
import { STANDARD_GEM_POLICY } from '../../../src/domain/ruby/gems.ts';
import type { RunRecord } from '../../../src/domain/run/record.ts';
import { AUTH, post, SCRIPT, startService } from '../service.ts';

const asked = { script: SCRIPT, rubies: '3.1.2', options: { gems: ['oj=3.11.8,3.12.0', 'nokogiri'] } };

test('gems are refused where the operator has not turned them on, in the script as well', async () => {
  await using on = await startService();
  const refused = [
    asked,
    { ...asked, options: {}, script: `# matrix: gem oj\n${SCRIPT}` },
    { ...asked, options: { gemfile: 'Gemfile' }, files: { Gemfile: "gem 'oj'" } },
  ];
  for (const one of refused) {
    const answer = await post(on.app, one);
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain('gems.clients in matrix.yaml');
  }
});

test('a script with bundler/inline runs as it is there, and that is said', async () => {
  await using on = await startService();
  const script = `require 'bundler/inline'\ngemfile { gem 'oj' }\n${SCRIPT}`;
  const run = (await (await post(on.app, { script, rubies: '3.1.2' })).json()) as RunRecord;
  expect(run.notes.join()).toContain('this service installs no gems');
});

test('where they are on: by JSON, query and comment; each version is a cell, and the ticket keeps them', async () => {
  await using on = await startService({ matrix: { gems: { ...STANDARD_GEM_POLICY, clients: true } } });
  const run = (await (await post(on.app, asked)).json()) as RunRecord;
  expect(run.options.gems).toEqual(['oj=3.11.8,3.12.0', 'nokogiri']);
  expect(run.cells.map(({ id }) => id)).toEqual(['3.1.2+gem.oj=3.11.8', '3.1.2+gem.oj=3.12.0']);
  expect((await on.store.loadTicket(run.id))?.request?.gems).toEqual(['oj=3.11.8,3.12.0', 'nokogiri']);
  const query = await on.app.request('/runs?ruby=3.1.2&gem=oj=3.12.0&gem=nokogiri', {
    method: 'POST',
    body: SCRIPT,
    headers: { 'Content-Type': 'text/x-ruby', ...AUTH },
  });
  expect(((await query.json()) as RunRecord).options.gems).toEqual(['oj=3.12.0', 'nokogiri']);
});

test('a gem that is none, and a folder without a gemspec, are refused with what is wrong', async () => {
  await using on = await startService({ matrix: { gems: { ...STANDARD_GEM_POLICY, clients: true } } });
  for (const [gem, said] of [
    ['o j', 'not the name of a gem'],
    ['../my_gem', 'holds no gemspec'],
  ] as const) {
    const answer = await post(on.app, { ...asked, options: { gems: [gem] } });
    expect(answer.status).toBe(422);
    expect(await answer.text()).toContain(said);
  }
});
