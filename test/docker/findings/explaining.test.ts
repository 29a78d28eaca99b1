import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import { isRunId } from '../../../src/domain/run/run-id.ts';
import type { RunRecord } from '../../../src/domain/run/record.ts';
import { pathOf } from '../../harness.ts';
import { AUTH, containersOf, resultsFolder, serve, type ServeProcess } from '../serve.ts';
import { DEBIAN, prepared } from '../setup.ts';

const execute = promisify(execFile);
const MAIN = ['--disable-warning=ExperimentalWarning', pathOf('src/bin/matrix.ts')];
const EXAMPLE = pathOf('test/examples/tracepoint.rb');

let folder: string;
beforeAll(async () => {
  await prepared(DEBIAN['bullseye']!);
  await prepared(DEBIAN['bookworm']!);
  folder = await mkdtemp(join(tmpdir(), 'matrix-explaining-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Fails unless the leak is named on 2.7.4 and was compared with 3.1.2. */
function expectNamed(run: RunRecord): void {
  expect(run).toMatchObject({
    state: 'done',
    leaking: ['2.7.4'],
    clean: ['3.1.2'],
    options: { explain: true },
  });
  const [leak, clean] = run.cells.map((cell) => cell.explanation);
  expect(leak?.role).toBe('leak');
  // Others may be below it: memory that ruby itself keeps, a few bytes per thousand iterations.
  expect(leak?.findings[0]).toMatchObject({ kind: 'native', script: { line: 3 } });
  expect(leak?.findings[0]?.bytesPerIteration).toBeCloseTo(64, 0);
  expect(leak?.accountedFor).toBeCloseTo(1, 1);
  expect(clean?.role).toBe('comparison');
}

test('matrix explain: the verdicts, then the names', async () => {
  const results = `--results=${join(folder, 'results')}`;
  const { stdout } = await execute(process.execPath, [
    ...MAIN,
    'explain',
    EXAMPLE,
    '--ruby=2.7.4,3.1.2',
    '--format=ndjson',
    '--quiet',
    results,
  ]);
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as RunEvent);
  const done = events.at(-1);
  if (done?.type !== 'done') throw new Error('the last event is not that the run is done');
  expectNamed(done.run);
  const named = events.filter((event) => event.type === 'cell' && event.cell.explanation !== null);
  expect(named).toHaveLength(2);
  const { stdout: again } = await execute(process.execPath, [
    ...MAIN,
    'report',
    'latest',
    '--format=json',
    results,
  ]);
  expect(JSON.parse(again)).toEqual(done.run);
});

test('Ctrl-C while a leak is named: the containers go, the verdicts stay', async () => {
  const results = join(folder, 'interrupted');
  const args = ['run', EXAMPLE, '--explain', '--ruby', '2.7.4,3.1.2', '--results', results];
  const child = spawn(process.execPath, [...MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (told += text));
  await expect.poll(() => told, { timeout: 60_000, interval: 20 }).toContain('naming the leak');
  child.kill('SIGINT');
  const [code] = (await once(child, 'exit')) as [number];
  const id = (await readdir(results)).find((name) => isRunId(name)) ?? '';
  const run = JSON.parse(await readFile(join(results, id, 'run.json'), 'utf8')) as RunRecord;
  expect([code, await containersOf(id), run.state, run.leaking]).toEqual([130, 0, 'cancelled', ['2.7.4']]);
  expect(run.cells.map((cell) => cell.explanation)).toEqual([null, null]);
});

async function submit(on: ServeProcess): Promise<string> {
  const answer = await on.request('/runs?ruby=2.7.4,3.1.2&explain=true', {
    method: 'POST',
    body: await readFile(EXAMPLE),
    headers: { ...AUTH, 'Content-Type': 'text/x-ruby', 'Cache-Control': 'no-cache' },
  });
  expect(answer.status).toBe(202);
  return ((await answer.json()) as RunRecord).id;
}

test('the service is not done until the leak is named, and after kill -9 names it without measuring again', async () => {
  await using results = await resultsFolder();
  const first = await serve(results.path);
  const id = await submit(first);
  // What is on the disk is what the next service finds.
  const stored = async (): Promise<RunRecord> =>
    JSON.parse(await readFile(join(results.path, id, 'run.json'), 'utf8')) as RunRecord;
  const verdicts = async () => (await stored()).cells.map((cell) => cell.verdict);
  await expect.poll(verdicts, { timeout: 60_000, interval: 20 }).toEqual(['leak', 'clean']);
  const measured = await stored();
  expect(measured).toMatchObject({ state: 'running', leaking: ['2.7.4'], clean: ['3.1.2'] });
  first.kill('SIGKILL');
  await first.exit;

  await using second = await serve(results.path);
  const run = await second.finished(id);
  expectNamed(run);
  expect(run.attempts).toBe(2);
  expect(run.cells.map((cell) => cell.seconds)).toEqual(measured.cells.map((cell) => cell.seconds));
  expect(await containersOf(id)).toBe(0);
});
