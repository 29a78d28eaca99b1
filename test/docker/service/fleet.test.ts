import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { startRedis } from '../../fleet/redis.ts';
import { pathOf } from '../../harness.ts';
import { AUTH, containersOf, resultsFolder, serve } from '../serve.ts';

const WORKER_TOKEN = 'a-worker-token-for-tests-0123';
const LEAKY = 'kept = []\n200_000.times { |i| kept << "leak #{i}" }\n';

test('matrix worker measures, confirms and explains a leak for a service elsewhere', async () => {
  await using redis = await startRedis();
  await using folder = await resultsFolder();
  const tokens = join(folder.path, 'workers');
  await writeFile(tokens, WORKER_TOKEN, { mode: 0o600 });
  const fleet = ['--redis', redis.url, '--worker-token-file', tokens];
  await using on = await serve(join(folder.path, 'results'), fleet);
  const args = ['src/bin/matrix.ts', 'worker', '--redis', redis.url, '--server', on.url, '--jobs', '2'];
  const worker = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', ...args, '--name', 'here'],
    {
      cwd: pathOf(''),
      env: { ...process.env, MATRIX_WORKER_TOKEN: WORKER_TOKEN },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let log = '';
  worker.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  const exit = once(worker, 'exit');
  await using _ = { [Symbol.asyncDispose]: async () => void (worker.kill('SIGTERM'), await exit) };
  const [line] = (await once(createInterface({ input: worker.stdout }), 'line')) as [string];
  expect(line).toContain(`measuring for ${on.url}: 2 cells at a time`);
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
  expect([cells[0]?.message, log]).toEqual([expect.stringContaining('linear'), expect.any(String)]);
  expect(cells[0]).toMatchObject({ verdict: 'leak', cause: 'objects', confirmed: true, from: null });
  expect(cells[0]?.host?.kernel).toMatch(/^\d/);
  expect(cells[0]?.explanation?.findings[0]).toMatchObject({ kind: 'objects' });
  expect(await (await on.request(`/runs/${id}/cells/3.1.2/samples`)).text()).toContain('"pass":"confirm"');
  // Known now: the worker asks the service, and measures the other one only.
  const again = await measured({ rubies: '3.1.2,3.3.8' });
  const [known, measuredNow] = again.cells;
  expect(known).toMatchObject({ from: { run: id }, host: cells[0]?.host, verdict: 'leak' });
  expect(measuredNow).toMatchObject({ from: null, verdict: 'leak' });
  worker.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
  expect(await containersOf(id)).toBe(0);
});
