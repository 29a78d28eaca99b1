import { execFile } from 'node:child_process';
import { appendFile, cp, glob, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until, WORKER_TOKEN } from '../../fleet/fleet.ts';
import { realWorker, type RealWorkerOptions } from '../../fleet/real-worker.ts';
import { startRedis, type RedisServer } from '../../fleet/redis.ts';
import { pathOf } from '../../harness.ts';
import { AUTH, containersOf, resultsFolder, serve, type ServeProcess } from '../serve.ts';

const LEAKY = 'kept = []\n200_000.times { |i| kept << "leak #{i}" }\n';

const all = new AsyncDisposableStack();
let redis: RedisServer;
let on: ServeProcess;
let folder: string;

beforeAll(async () => {
  redis = all.use(await startRedis());
  ({ path: folder } = all.use(await resultsFolder()));
  const tokens = join(folder, 'workers');
  await writeFile(tokens, WORKER_TOKEN, { mode: 0o600 });
  on = all.use(await serve(join(folder, 'results'), ['--redis', redis.url, '--worker-token-file', tokens]));
});
afterAll(() => all.disposeAsync());

const worker = (more: Partial<RealWorkerOptions> = {}) =>
  realWorker({ redis: redis.url, server: on.url, ...more });

test('matrix worker measures, confirms and explains a leak for a service elsewhere', async () => {
  await using here = worker({ args: ['--jobs', '2', '--name', 'here'] });
  expect(await here.ready).toContain(`measuring for ${on.url}: 2 cells at a time`);
  const measured = async (more: object) => {
    const answer = await on.request('/runs', {
      method: 'POST',
      headers: { ...AUTH, 'Content-Type': 'application/json' },
      body: JSON.stringify({ script: LEAKY, rubies: '3.1.2', ...more }),
    });
    const { id } = (await answer.json()) as { id: string };
    return on.finished(id, 90);
  };
  const { id, cells } = await measured({ explain: true });
  expect([cells[0]?.message, here.log()]).toEqual([expect.stringContaining('linear'), expect.any(String)]);
  expect(cells[0]).toMatchObject({ verdict: 'leak', cause: 'objects', confirmed: true, from: null });
  expect(cells[0]?.host?.kernel).toMatch(/^\d/);
  expect(cells[0]?.explanation?.findings[0]).toMatchObject({ kind: 'objects' });
  expect(cells[0]?.explanation?.host).toBeNull();
  expect(await (await on.request(`/runs/${id}/cells/3.1.2/samples`)).text()).toContain('"pass":"confirm"');
  // Known now: the worker asks the service, and measures the other one only.
  const again = await measured({ rubies: '3.1.2,3.3.8' });
  const [known, measuredNow] = again.cells;
  expect(known).toMatchObject({ from: { run: id }, host: cells[0]?.host, verdict: 'leak' });
  expect(measuredNow).toMatchObject({ from: null, verdict: 'leak' });
  const doctor = ['--disable-warning=ExperimentalWarning', pathOf('src/bin/matrix.ts'), 'doctor'];
  const args = [...doctor, '--results', folder, '--redis', redis.url, '--server', on.url];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  expect(stdout).toMatch(/^ok +redis +Redis \d+\.\d+\.\d+ keeps what it is given$/m);
  expect(stdout).toMatch(/^ok +workers +1 connected, 2 of 2 places free; 4 handed out, 0 of them lost/m);
  expect(stdout).toMatch(/^ok +worker here +0 of 2 places taken; on .* version \S+, clock right, heard \d/m);
  here.kill('SIGTERM');
  expect(await here.exit).toBe(0);
  expect(await containersOf(id)).toBe(0);
});

/** Makes a program that measures with another part: one release older, say. */
async function otherRelease(): Promise<string> {
  const root = join(folder, 'other');
  await mkdir(root);
  for (const path of ['src', 'images', 'matrix.yaml', 'package.json'])
    await cp(pathOf(path), join(root, path), { recursive: true });
  await symlink(pathOf('node_modules'), join(root, 'node_modules'));
  await appendFile(join(root, 'src/analysis/policy.ts'), '// as it was\n');
  return join(root, 'src/bin/matrix.ts');
}

test('matrix worker refuses to start wrong, and says what is wrong and what to do', async () => {
  await using evicting = await startRedis('--maxmemory-policy', 'allkeys-lru');
  const [library = ''] = await Array.fromAsync(glob('/usr/lib/*/faketime/libfaketime.so.1'));
  // What is wrong, with which value, and what to do.
  const wrong: readonly (readonly [Partial<RealWorkerOptions>, RegExp])[] = [
    [
      { redis: evicting.url },
      /^matrix: --redis redis:\/\/\S+: Redis 7\S+ may drop keys .*allkeys-lru\): redis-cli config set maxmemory-policy noeviction/m,
    ],
    [
      { main: await otherRelease() },
      /^matrix: the worker \S+ \(version \S+\) measures with other parts than the service: analysis\. Install the same version/m,
    ],
    [
      { env: { LD_PRELOAD: library, FAKETIME: '+90', FAKETIME_DONT_FAKE_MONOTONIC: '1' } },
      /^matrix: the clock of the worker \S+ is (89|9\d) s ahead of the service’s: set both, with NTP say/m,
    ],
    [
      { env: { MATRIX_WORKER_TOKEN: 'of-another-service-0123456789' } },
      /^matrix: the service at http\S+ does not know this token/m,
    ],
  ];
  const ends = wrong.map(async ([options, text]) => {
    await using one = worker(options);
    return [await one.exit, text.test(one.log()) ? text : one.log()] as const;
  });
  expect(await Promise.all(ends)).toEqual(wrong.map(([, text]) => [2, text]));
  // Redis may come later than its workers: without it, or with another one, they say so, and measure nothing.
  await using other = await startRedis();
  await using lost = worker({ redis: 'redis://127.0.0.1:9', args: ['--name', 'lost'] });
  await using strange = worker({ redis: other.url, args: ['--name', 'strange'] });
  await until('both say so', () =>
    [lost, strange].every((one) => one.log().includes('nothing can be measured now')),
  );
  // A worker that has said so tells the service with its next sign of life.
  const NONE = /none of the 2 workers can measure \((lost|strange): Redis at redis:/;
  await until('the service knows', async () => NONE.test(await (await on.request('/readyz')).text()));
  const fleet = (await (await on.request('/fleet')).json()) as {
    workers: { name: string; problem: string }[];
  };
  const problemOf = new Map(fleet.workers.map(({ name, problem }) => [name, problem]));
  expect([problemOf.get('lost'), problemOf.get('strange')]).toEqual([
    expect.stringMatching(
      /does not answer \(connect ECONNREFUSED .*\): start it, or name another one with --redis$/,
    ),
    expect.stringMatching(
      /is not the one that the service uses: name the same one with --redis, here and there$/,
    ),
  ]);
});
