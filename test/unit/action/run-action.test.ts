import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ScriptResult } from '../../../src/action/ports.ts';
import { runAction } from '../../../src/action/run-action.ts';
import type { CellRecord } from '../../../src/domain/run/record.ts';
import { clean, failed, inconclusive, leak, record } from '../report/records.ts';
import { cleanLoop, leaking, openLoop, unjudged, withLoops } from '../report/loops/loops.ts';
import { aGitHub } from './a-github.ts';
import { aRunner, type TestRunner } from './a-runner.ts';

let workspace: string;
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'matrix-workspace-'));
  for (const name of ['a.rb', 'b.rb']) await writeFile(join(workspace, name), 'loop { }\n');
});
afterEach(() => rm(workspace, { recursive: true }));

const result = (
  path: string,
  cells: readonly CellRecord[],
  change: Partial<ScriptResult> = {},
): ScriptResult => ({
  path,
  run: record(cells, {
    script: { name: path, sha256: '0', text: 'loop { }\n' },
    sentence: 'sentence',
    loop: { line: 3, unitLine: 4, kinds: ['times', 'times'], otherLines: [] },
  }),
  html: `<html>${path}`,
  problems: [],
  failed: false,
  ...change,
});

async function act(
  inputs: Readonly<Record<string, string>>,
  results: readonly ScriptResult[],
  env: Readonly<Record<string, string>> = {},
): Promise<TestRunner> {
  const runner = aRunner(inputs, { GITHUB_WORKSPACE: workspace, RUNNER_TEMP: workspace, ...env });
  await runAction(runner, async (_, scripts) => {
    expect(runner.guarded).toBe(true);
    return results.filter((one) => scripts.includes(one.path));
  });
  return runner;
}

it('one script: outputs, files, summary, an annotation at the unit of its loop', async () => {
  const cells = [leak('2.3.6'), clean('2.2.10'), inconclusive('2.4.3'), failed('2.5.9')];
  const runner = await act({ script: 'a.rb' }, [result('a.rb', cells, { failed: true })]);
  expect(runner.outputs).toMatchObject({
    leaking: '2.3.6',
    clean: '2.2.10',
    inconclusive: '2.4.3',
    unmeasured: '2.5.9',
    verdict: 'leak',
  });
  expect(JSON.parse(await readFile(runner.outputs['record']!, 'utf8'))).toMatchObject({ leaking: ['2.3.6'] });
  expect(await readFile(runner.outputs['report']!, 'utf8')).toBe('<html>a.rb');
  expect(runner.annotations).toEqual([
    {
      level: 'error',
      title: 'Leak test: leaks',
      message: expect.stringContaining('2.3.6 leaks 64 bytes per iteration (native); 2.2.10 is clean'),
      file: 'a.rb',
      line: 4,
    },
  ]);
  expect(runner.summaryText).toMatch(
    /^### Leak test of `a\.rb`\n\n\*\*2\.3\.6 leaks[^]*```mermaid[^]*<details>/,
  );
  expect(runner.failures).toEqual([null]);
});

it('several loops: the worst carries the sentence, others that are not clean their own line', async () => {
  const cells = [
    {
      ...withLoops('2.3.6', cleanLoop(2), leaking(4), openLoop(6), unjudged(9, 0)),
      warnings: ['sleeps were shortened'],
    },
  ];
  const runner = await act({ script: 'a.rb' }, [result('a.rb', cells, { failed: true })]);
  expect(runner.annotations.map(({ level, title, line }) => [level, title, line])).toEqual([
    ['error', 'Leak test: leaks', 4],
    ['error', 'Leak test: line 6 is inconclusive', 6],
    ['notice', 'Leak test: line 9 was not judged', 9],
  ]);
  expect(runner.annotations[0]!.message).toBe(
    'line 4 leaks 64 bytes per iteration (native) on 2.3.6; line 6 is inconclusive; line 2 is clean; ' +
      'line 9 never ran.\n2.3.6: sleeps were shortened',
  );
});

it('a loop that was not judged: no title says clean', async () => {
  const cells = [withLoops('2.3.6', cleanLoop(2), unjudged(12, 3))];
  const runner = await act({ script: 'a.rb' }, [result('a.rb', cells)]);
  expect(runner.annotations).toMatchObject([
    {
      level: 'notice',
      title: 'Leak test: not all loops were judged',
      message: expect.stringContaining('line 12 ran 3 times: too few to judge'),
      line: 12,
    },
  ]);
  expect(runner.summaryText).toContain('line 12 ran 3 times: too few to judge');
  expect(runner.summaryText).not.toMatch(/no leak/i);
});

it('several scripts: each ruby is named once, for its worst', async () => {
  const a = result('a.rb', [leak('2.3.6'), clean('2.2.10'), clean('2.4.3'), clean('2.5.9')]);
  const b = result('b.rb', [clean('2.3.6'), failed('2.2.10'), inconclusive('2.4.3'), clean('2.5.9')]);
  const runner = await act({ script: '*.rb' }, [a, b]);
  const { leaking: leakingOnes, clean: cleanOnes, inconclusive: unsure, unmeasured } = runner.outputs;
  expect({ leaking: leakingOnes, cleanOnes, unsure, unmeasured }).toEqual({
    leaking: '2.3.6',
    cleanOnes: '2.5.9',
    unsure: '2.4.3',
    unmeasured: '2.2.10',
  });
  expect(JSON.parse(await readFile(runner.outputs['record']!, 'utf8'))).toHaveLength(2);
  expect(await readFile(join(runner.outputs['report']!, 'b.html'), 'utf8')).toBe('<html>b.rb');
  expect(runner.failures).toEqual([]);
  expect(runner.annotations.map((one) => one.level)).toEqual(['warning', 'warning']);
});

it('a clean run is a notice and fails nothing', async () => {
  const runner = await act({ script: 'a.rb' }, [result('a.rb', [clean('2.2.10')])]);
  expect(runner.outputs).toMatchObject({ verdict: 'clean', leaking: '' });
  expect(runner.annotations).toMatchObject([{ level: 'notice', title: 'Leak test: clean' }]);
  expect(runner.failures).toEqual([]);
});

it('a script that could not be run is an error that says why', async () => {
  const none = result('a.rb', [], { run: null, html: null, problems: ['no code to run'], failed: true });
  const runner = await act({ script: 'a.rb' }, [none]);
  expect(runner.outputs).toMatchObject({ verdict: 'unmeasured', report: '' });
  expect(runner.annotations).toMatchObject([
    { level: 'error', message: 'no code to run', file: 'a.rb', line: null },
  ]);
  expect(runner.summaryText).toContain('- `a.rb`: no code to run');
  expect(runner.failures).toEqual([null]);
});

it('an error of the script is at its own line, once for all rubies that share it', async () => {
  const error = {
    outcome: 'script-error',
    stage: 'setup',
    line: 2,
    message: 'LoadError: no such file',
  } as const;
  const runner = await act({ script: 'a.rb' }, [
    result('a.rb', [failed('2.3.6', error), failed('2.4.3', error)]),
  ]);
  expect(runner.annotations.slice(1)).toEqual([
    {
      level: 'warning',
      title: 'Leak test: script error (2.3.6, 2.4.3)',
      message: 'LoadError: no such file',
      file: 'a.rb',
      line: 2,
    },
  ]);
});

it('tokens are kept out of the log', async () => {
  const inputs = { script: 'a.rb', token: 'service-token', 'github-token': 'gh-token' };
  const runner = await act(inputs, [result('a.rb', [clean('2.2.10')])]);
  expect(runner.hidden).toEqual(['service-token', 'gh-token']);
});

it('the summary stays far below a megabyte, whatever a script prints', async () => {
  const output = `${'x'.repeat(900)}\n`.repeat(40);
  const cells = Array.from({ length: 90 }, (_, index) =>
    failed(`2.3.${index}`, { outcome: 'script-error', message: `error ${index}\n${output}`, output }),
  );
  const runner = await act({ script: 'a.rb' }, [result('a.rb', cells)]);
  expect(Buffer.byteLength(runner.summaryText)).toBeGreaterThan(300 * 1024);
  expect(Buffer.byteLength(runner.summaryText)).toBeLessThanOrEqual(400 * 1024);
  expect(runner.summaryText).toMatch(
    /\n```\n\n\*The rest is in the report: it was too long to be shown here\.\*\n$/,
  );
});

it('the comment is written for a pull request, and updated', async () => {
  await using github = await aGitHub();
  const event = join(workspace, 'event.json');
  await writeFile(event, JSON.stringify({ pull_request: { number: 7 } }));
  const job = { GITHUB_SERVER_URL: 'https://github.example', GITHUB_RUN_ID: '42' };
  const env = { GITHUB_EVENT_PATH: event, GITHUB_REPOSITORY: 'o/r', GITHUB_API_URL: github.url, ...job };
  const inputs = { script: 'a.rb', comment: 'true', 'github-token': 'gh-token' };
  await act(inputs, [result('a.rb', [leak('2.3.6')])], env);
  const runner = await act(inputs, [result('a.rb', [clean('2.3.6')])], env);
  expect(github.comments).toHaveLength(1);
  expect(github.comments[0]?.body).toContain('No leak: 2.3.6');
  expect(github.comments[0]?.body).toMatch(
    /\[The job\]\(https:\/\/github\.example\/o\/r\/actions\/runs\/42\)\n$/,
  );
  expect(runner.said).toEqual(['comment: https://github.example/c/1']);
});

it.each([
  ['no pull request', {}, 'this workflow does not run for a pull request'],
  ['a read-only token', { GITHUB_REPOSITORY: 'o/r' }, 'the token may not write comments'],
])('without a comment the summary is there: %s', async (_, env, reason) => {
  await using github = await aGitHub({ refuse: 403 });
  const event = join(workspace, 'event.json');
  await writeFile(event, JSON.stringify({ pull_request: { number: 7 } }));
  const inputs = { script: 'a.rb', comment: 'true', 'github-token': 'gh-token' };
  const runner = await act(inputs, [result('a.rb', [clean('2.3.6')])], {
    GITHUB_EVENT_PATH: event,
    GITHUB_API_URL: github.url,
    ...env,
  });
  expect(runner.said[0]).toContain(reason);
  expect(runner.summaryText).toContain('No leak');
  expect(runner.failures).toEqual([]);
});

it('pages of scripts with the same name do not overwrite each other', async () => {
  for (const name of ['a b.rb', 'a-b.rb']) await writeFile(join(workspace, name), '1');
  const results = ['a b.rb', 'a-b.rb'].map((path) => result(path, [clean('2.3.6')]));
  const runner = await act({ script: 'a?b.rb' }, results);
  const folder = runner.outputs['report']!;
  expect(dirname(runner.outputs['record']!)).toBe(folder);
  expect(basename(folder)).toMatch(/^matrix-report-/);
  expect(await readFile(join(folder, 'a-b.html'), 'utf8')).toBe('<html>a b.rb');
  expect(await readFile(join(folder, 'a-b-2.html'), 'utf8')).toBe('<html>a-b.rb');
});
