import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { RunRecord } from '../../../src/domain/run/record.ts';
import { readRunnerLog } from '../../unit/action/runner-log.ts';
import { startService } from '../service/a-served-matrix.ts';

const own = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));

let workspace: string;
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'matrix-action-'));
});
afterEach(() => rm(workspace, { recursive: true }));

interface Step {
  readonly exitCode: number;
  readonly log: string;
  readonly stderr: string;
  readonly commands: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  record(): Promise<RunRecord>;
}

/** Runs dist/action as a runner does: node 24, environment files, inputs as INPUT_…, the workspace as its folder. */
async function step(
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): Promise<Step> {
  const files = { GITHUB_OUTPUT: join(workspace, 'output'), GITHUB_STEP_SUMMARY: join(workspace, 'summary') };
  for (const path of Object.values(files)) await writeFile(path, '');
  const given = Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]);
  const child = spawn(process.execPath, [own('dist/action/index.js')], {
    cwd: workspace,
    env: {
      PATH: process.env['PATH'],
      HOME: workspace,
      DOCKER_HOST: process.env['DOCKER_HOST'],
      GITHUB_ACTIONS: 'true',
      GITHUB_WORKSPACE: workspace,
      RUNNER_TEMP: workspace,
      ...files,
      ...Object.fromEntries(given),
      ...env,
    },
  });
  const ended = new Promise<number>((resolve) => void child.on('close', (code) => resolve(code ?? -1)));
  const [log, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  const { commands, stopped } = readRunnerLog(log);
  expect(stopped).toBe(false);
  const outputs = readOutputs(await readFile(files.GITHUB_OUTPUT, 'utf8'));
  const summary = await readFile(files.GITHUB_STEP_SUMMARY, 'utf8');
  const record = async (): Promise<RunRecord> =>
    JSON.parse(await readFile(outputs['record']!, 'utf8')) as RunRecord;
  return { exitCode, log, stderr, commands, outputs, summary, record };
}

/** Reads outputs: `name<<DELIMITER`, the value, `DELIMITER`. */
function readOutputs(file: string): Readonly<Record<string, string>> {
  const found = [...file.matchAll(/^([\w-]+)<<(\S+)\n([^]*?)\n\2$/gm)];
  return Object.fromEntries(found.map(([, name, , value]) => [name, value]));
}

test('dist/action is what the sources give', async () => {
  const child = spawn(process.execPath, [own('.ci/build-action.ts'), '--check'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => void child.on('close', resolve));
  expect([await text(child.stderr), await ended]).toEqual(['', 0]);
});

test('a leak fails the step, and is reported in outputs, summary, annotation and report', async () => {
  await copyFile(own('test/examples/tracepoint.rb'), join(workspace, 'tracepoint.rb'));
  const done = await step({
    script: 'trace*.rb',
    rubies: '2.7.4, 3.1.2',
    'fail-on': 'leak',
    comment: 'false',
  });
  expect(done.exitCode).toBe(1);
  expect(done.outputs).toMatchObject({ leaking: '2.7.4', clean: '3.1.2', inconclusive: '', verdict: 'leak' });
  expect(done.commands).toEqual([
    'error{title=Leak test: leaks,file=tracepoint.rb,line=3}' +
      '2.7.4 leaks 64 bytes per iteration (native); 3.1.2 is clean.',
  ]);
  expect(done.summary).toContain('**2.7.4 leaks 64 bytes per iteration (native); 3.1.2 is clean.**');
  expect(done.summary).toMatch(/bar \[6[34](\.\d+)?, 0/);
  expect(await done.record()).toMatchObject({ leaking: ['2.7.4'], clean: ['3.1.2'], state: 'done' });
  expect(await readFile(done.outputs['report']!, 'utf8')).toMatch(
    /^<!doctype html>[^]*2\.7\.4 leaks 64 bytes/i,
  );
});

test('a clean script that says what it expects passes, and no secret reaches the container', async () => {
  const script = [
    '# matrix: rubies 3.1.2',
    '# matrix: expect none',
    'warn ENV.map { |name, value| "#{name}=#{value}" }',
    '1000.times { 1000.times { "a" + "b" }; GC.start }',
  ];
  await writeFile(join(workspace, 'clean.rb'), `${script.join('\n')}\n`);
  const secrets = { MY_SECRET: 'hush-1', GITHUB_TOKEN: 'hush-2', ACTIONS_RUNTIME_TOKEN: 'hush-3' };
  const done = await step({ script: 'clean.rb', token: 'hush-4', 'github-token': 'hush-5' }, secrets);
  expect(done.commands).toEqual([
    'add-mask{}hush-4',
    'add-mask{}hush-5',
    expect.stringMatching(
      /^notice\{title=Leak test: clean,file=clean\.rb,line=4\}No leak: 3\.1\.2 shows no growth/,
    ),
  ]);
  expect(done.exitCode).toBe(0);
  expect(done.outputs).toMatchObject({ leaking: '', clean: '3.1.2', verdict: 'clean' });
  const [cell] = (await done.record()).cells;
  expect(cell?.output).toContain('PATH=');
  const report = await readFile(done.outputs['report']!, 'utf8');
  const log = done.log.replaceAll(/^::add-mask::.*$/gm, '');
  expect([cell?.output, log, done.summary, report].join('\n')).not.toMatch(/hush|GITHUB|INPUT_|RUNNER/);
});

test('what a script prints is no command, wherever it ends up', async () => {
  const nasty = [
    '::set-output name=verdict::clean',
    '::add-mask::e',
    '::error file=x.rb::gotcha',
    '%0A::error::gotcha',
    '##[error]gotcha',
    '::stop-commands::mine',
    'a\r::warning::gotcha',
    'ghadelimiter_0\nverdict=clean',
  ].join('\n');
  await writeFile(
    join(workspace, 'nasty.rb'),
    `text = ${JSON.stringify(nasty)}\nputs text\nraise text\n1000.times { }\n`,
  );
  const done = await step({ script: 'nasty.rb', rubies: '3.1.2' });
  expect(done.exitCode).toBe(1);
  expect(done.outputs).toMatchObject({ verdict: 'unmeasured', unmeasured: '3.1.2', clean: '' });
  expect(done.log).toContain('gotcha');
  expect(done.commands.map((command) => command.slice(0, command.indexOf('}') + 1))).toEqual([
    'error{title=Leak test: not all rubies were measured,file=nasty.rb,line=4}',
    'warning{title=Leak test: script error (3.1.2),file=nasty.rb,line=3}',
  ]);
});

test.each([
  [{ script: 'none.rb' }, 'script none.rb: no file matches it'],
  [{ script: 'a.rb', rubies: '9.9' }, '--ruby: 9.9 is not in the matrix'],
  [{ script: 'a.rb', 'fail-on': 'leaks' }, '--fail-on leaks: expected leak, inconclusive, missing, never'],
  [
    { script: 'a.rb', 'server-url': 'http://127.0.0.1:9', config: 'm.yaml' },
    'config and server-url contradict',
  ],
])('bad input is one error that says what to change: %j', async (inputs, message) => {
  await writeFile(join(workspace, 'a.rb'), '1000.times { }\n');
  const done = await step(inputs);
  expect(done.exitCode).toBe(1);
  expect(done.commands).toEqual([expect.stringContaining(`error{}${message}`)]);
});

test('a running service measures instead of the runner’s own engine', async () => {
  await using service = await startService();
  const script = '# matrix: expect 3.1.2\n1000.times { 100.times { ($a ||= []) << Object.new } }\n';
  await writeFile(join(workspace, 'objects.rb'), script);
  await writeFile(join(workspace, 'bad.rb'), '# matrix: rubies 9.9\n1.times { }\n');
  const remote = { 'server-url': service.url, token: service.token };
  // No engine can be reached from the step.
  const nowhere = { DOCKER_HOST: 'unix:///nowhere.sock' };
  const done = await step({ script: 'objects.rb', rubies: '3.1.2', 'fail-on': 'leak', ...remote }, nowhere);
  expect(done.commands.slice(1)).toEqual([
    expect.stringMatching(
      /^warning\{title=Leak test: leaks,file=objects\.rb,line=2\}3\.1\.2 leaks \d+ bytes per iteration \(objects/,
    ),
  ]);
  expect(done.exitCode).toBe(0);
  expect(await done.record()).toMatchObject({ leaking: ['3.1.2'] });
  expect(await readFile(done.outputs['report']!, 'utf8')).toMatch(/^<!doctype html>/i);

  const bad = await step({ script: 'bad.rb', ...remote }, nowhere);
  expect(bad.exitCode).toBe(1);
  expect(bad.commands.at(-1)).toMatch(
    /^error\{title=Leak test: not run,file=bad\.rb\}the service refuses: .*9\.9/,
  );
  const stranger = await step({ script: 'bad.rb', ...remote, token: 'wrong' }, nowhere);
  expect(stranger.commands.at(-1)).toMatch(/^error\{.*\(input token: the bearer token of the service\)/);
});
