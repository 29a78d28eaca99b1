import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { main } from '../../../src/cli/main-command.ts';
import { scene, type SceneOptions } from './deps.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matrix-codes-'));
  await writeFile(join(folder, 'repro.rb'), 'loop { }\n');
  await writeFile(join(folder, 'wrong.rb'), '# matrix: budget soon\nloop { }\n');
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs a command line in which SCRIPT, WRONG and NONE are files. */
async function failing(args: readonly string[], options: SceneOptions = {}) {
  const stage = scene(options);
  const files = { SCRIPT: 'repro.rb', WRONG: 'wrong.rb', NONE: 'none.rb' } as const;
  const own = args.map((arg) => (arg in files ? join(folder, files[arg as keyof typeof files]) : arg));
  const exitCode = await main(['run', ...own, '--results', join(folder, 'results')], stage.deps);
  return { exitCode, out: stage.streams.out(), err: stage.streams.err() };
}

test.each<readonly [string, readonly string[], number, SceneOptions]>([
  ['unreadable-script', ['NONE'], 2, {}],
  ['bad-comment', ['WRONG'], 2, {}],
  ['unknown-ruby', ['SCRIPT', '--ruby', '9.9'], 2, {}],
  ['over-limit', ['SCRIPT', '--budget', '601'], 2, {}],
  ['unmeetable-expectation', ['SCRIPT', '--ruby', '2.3.6', '--expect', '2.4.3'], 2, {}],
  ['usage', ['SCRIPT', '--frobnicate'], 2, {}],
  ['usage', ['SCRIPT', '-e', 'x'], 2, {}],
  ['no-engine', ['SCRIPT', '--ruby', '2.3.6'], 4, { engine: 'none' }],
])('%s is reported to programs that ask for JSON: %j', async (code, args, exitCode, options) => {
  const told = await failing([...args, '--format', 'json'], options);
  const { error } = JSON.parse(told.out) as { error: { code: string; message: string; exitCode: number } };
  expect(error).toMatchObject({ code, exitCode });
  expect(told.exitCode).toBe(exitCode);
  expect(told.err).toContain(error.message);
});

test('a line of ndjson is an event of its own', async () => {
  const { out } = await failing(['NONE', '--format=ndjson']);
  expect(JSON.parse(out)).toMatchObject({ type: 'error', code: 'unreadable-script', exitCode: 2 });
});

test('people read it on stderr alone', async () => {
  expect((await failing(['NONE'])).out).toBe('');
});
