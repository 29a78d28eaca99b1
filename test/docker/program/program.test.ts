import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';
import type { RunRecord } from '../../../src/domain/run/record.ts';
import { isRunId } from '../../../src/domain/run/run-id.ts';
import { buildImages, createHarness, pathOf, type Harness } from '../../harness.ts';

const execute = promisify(execFile);
const MAIN = ['--disable-warning=ExperimentalWarning', pathOf('src/bin/matrix.ts')];

let harness: Harness;
let folder: string;
beforeAll(async () => {
  harness = await createHarness(['2.7.4', '3.1.2', '3.3.8']);
  await buildImages(harness);
  folder = await mkdtemp(join(tmpdir(), 'matrix-program-'));
});

/** Starts the program itself, as people do. */
const start = (args: readonly string[]) =>
  spawn(process.execPath, [...MAIN, ...args, '--results', join(folder, 'results')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** Lists the ids of the runs of a results folder, oldest first; other files there belong to no run. */
const runsIn = async (results: string): Promise<readonly string[]> =>
  (await readdir(results).catch(() => [])).filter((name) => isRunId(name)).toSorted();
const runs = (): Promise<readonly string[]> => runsIn(join(folder, 'results'));

/** Lists the containers of one run, by label. */
async function containersOf(run: string): Promise<readonly string[]> {
  const all = await harness.engine.docker.listContainers({
    all: true,
    filters: { label: [`matrix.run=${run}`] },
  });
  return all.map(({ Id }) => Id);
}

/** Starts the program on a script that never ends, and waits until its container measures. */
async function startedOnEndless() {
  const script = join(folder, 'endless.rb');
  await writeFile(script, 'loop { sleep 0.01 }\n');
  const known = new Set(await runs());
  const child = start(['run', script, '--ruby', '3.1.2']);
  const started = async (): Promise<string> => {
    const run = (await runs()).find((id) => !known.has(id));
    return run !== undefined && (await containersOf(run)).length > 0 ? run : '';
  };
  await expect.poll(started, { timeout: 20_000 }).not.toBe('');
  await sleep(1500);
  // A second container may stand by, for a leak to be confirmed.
  return { child, id: await started() };
}

test('the main job: the example leaks on one ruby and not on the others', async () => {
  const { stdout } = await execute(process.execPath, [
    ...MAIN,
    'run',
    pathOf('test/examples/tracepoint.rb'),
    '--ruby',
    '2.7.4,3.1.2,3.3.8',
    '--format',
    'json',
    '--quiet',
    '--results',
    join(folder, 'results'),
  ]);
  const record = JSON.parse(stdout) as RunRecord;
  expect(record.sentence).toBe('2.7.4 leaks 64 bytes per iteration (native); 3.1.2 and 3.3.8 are clean.');
  expect(record.cells[0]).toMatchObject({ cause: 'native', confirmed: true });
  expect(record.cells[0]?.blockSizes.find(({ perIteration }) => perIteration > 0.9)?.bytes).toBe(56);
  expect(record.cells[0]?.growth?.malloc.perIteration).toBeCloseTo(64, 0);
  expect(record.cells[0]?.environment).toMatchObject({
    os: 'Debian GNU/Linux 11 (bullseye)',
    libc: 'glibc 2.31',
    allocator: 'glibc malloc',
  });

  const again = async (...more: readonly string[]): Promise<RunRecord> => {
    const { stdout: text } = await execute(process.execPath, [
      ...MAIN,
      'run',
      pathOf('test/examples/tracepoint.rb'),
      '--ruby',
      '2.7.4,3.1.2',
      '--format',
      'json',
      '--quiet',
      '--results',
      join(folder, 'results'),
      ...more,
    ]);
    return JSON.parse(text) as RunRecord;
  };
  const second = await again();
  const from = { run: record.id, at: record.createdAt };
  const { cells } = record;
  expect(second.cells).toEqual(cells.slice(0, 2).map((cell) => ({ ...cell, from })));
  const anew = await again('--no-cache');
  expect(anew.cells.map((cell) => [cell.verdict, cell.from])).toEqual([
    ['leak', null],
    ['clean', null],
  ]);
  expect(anew.cells.map((cell) => cell.fingerprint)).toEqual(second.cells.map((cell) => cell.fingerprint));

  // Of the releases in between none is here; what is known is not measured again.
  const search = await execute(process.execPath, [
    ...MAIN,
    'bisect',
    pathOf('test/examples/tracepoint.rb'),
    '--ruby',
    '2.7..3.3',
    '--format',
    'json',
    '--results',
    join(folder, 'results'),
  ]);
  const found = JSON.parse(search.stdout) as RunRecord;
  const [change] = found.bisect?.findings[0]?.transitions ?? [];
  expect(change).toMatchObject({ kind: 'fixed', lastWith: '2.7.4', firstWithout: '3.1.2' });
  expect(change?.unknown).toEqual(expect.arrayContaining(['3.0.2', '3.1.1']));
  expect(found.sentence).toMatch(
    /is in 2\.7\.4 already; it was fixed between 2\.7\.4 and 3\.1\.2 \(.*not available here\)/,
  );
  const anewOnes = found.cells.filter((cell) => cell.from === null).map(({ ruby }) => ruby);
  expect(anewOnes.filter((ruby) => ['2.7.4', '3.1.2'].includes(ruby))).toEqual([]);
  expect(search.stderr).toContain('to measure: ends of series');
});

test('the command of a bug report, typed into a shell, measures the same again', async () => {
  const place = await mkdtemp(join(folder, 'place-'));
  await mkdir(join(place, 'files/lib'), { recursive: true });
  await writeFile(join(place, 'files/lib/kept.rb'), 'KEPT = []\n');
  const script = [
    "require_relative 'lib/kept'",
    'raise "ARGV is #{ARGV.inspect}" unless ARGV == ["100", "t p", "--x"]',
    '3.times { }',
    'loop { KEPT << "x" * ARGV[0].to_i }',
  ].join('\n');
  await writeFile(join(place, 'files/repro.rb'), script);
  const matrix = `matrix() { '${process.execPath}' ${MAIN[0]} '${MAIN[1]}' "$@"; }`;
  const shell = async (command: string): Promise<string> =>
    (await execute('bash', ['-c', `${matrix}; ${command}`], { cwd: place })).stdout;
  const given =
    'matrix run files/repro.rb --workdir-from files --ruby 3.1.2 --budget 1.5 --loop 4 --exact-count --runtime runc --quiet';
  const report = await shell(`${given} --format bug-report -- 100 't p' --x`);
  const command = /^matrix run .*$/m.exec(report)?.[0];
  if (command === undefined) throw new Error(report);
  // Into another folder: where the first run is known, it would be the answer.
  await shell(command.replace(' -- ', ' --results again --quiet -- ')).catch(() => {});
  const [first, again] = await Promise.all(
    ['results', 'again'].map(async (results) => {
      const [id = ''] = await runsIn(join(place, results));
      const text = await readFile(join(place, results, id, 'run.json'), 'utf8');
      return JSON.parse(text) as RunRecord;
    }),
  );
  expect(again?.options).toEqual(first?.options);
  expect(first?.options).toMatchObject({
    args: ['100', 't p', '--x'],
    loopLine: 4,
    workdirFrom: 'files',
    runtime: 'runc',
  });
  expect([again?.script, again?.loop]).toEqual([first?.script, first?.loop]);
  expect([first?.cells[0]?.outcome, again?.cells[0]?.outcome]).toEqual(['measured', 'measured']);
});

test('Ctrl-C: the container goes, what was measured is kept and printed, exit code 130', async () => {
  const { child, id } = await startedOnEndless();
  child.kill('SIGINT');
  const [code] = (await once(child, 'exit')) as [number];
  expect([code, await containersOf(id)]).toEqual([130, []]);
  const record = JSON.parse(await readFile(join(folder, 'results', id, 'run.json'), 'utf8')) as RunRecord;
  const [cell] = record.cells;
  expect([record.state, cell?.outcome, (cell?.checkpoints ?? 0) > 0]).toEqual([
    'cancelled',
    'cancelled',
    true,
  ]);
});

test('kill -9: the next run removes what was left, by label', async () => {
  const { child, id } = await startedOnEndless();
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await containersOf(id)).not.toEqual([]);
  const next = start(['run', '-e', '1 + 1', '--ruby', '3.1.2', '--quiet']);
  const [code] = (await once(next, 'exit')) as [number];
  expect([code, await containersOf(id)]).toEqual([0, []]);
});
