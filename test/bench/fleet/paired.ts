import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { realWorker } from '../../fleet/real-worker.ts';
import { startRedis } from '../../fleet/redis.ts';
import { WORKER_TOKEN } from '../../fleet/fleet.ts';
import { median } from '../../harness.ts';
import { AUTH, resultsFolder, serve, type ServeProcess } from '../../serve.ts';
import type { Row } from './faults.ts';
import { mib, residentBytes } from './memory.ts';

const PAIRS = 8;
const MOST_RATIO = 1.05;
const JOBS = ['--jobs', '2'];
const SCRIPT = 'kept = []\n200_000.times { |i| kept << "leak #{i}" }\n';

/** Measures a leak on two rubies anew; returns seconds. */
async function secondsOf(on: ServeProcess): Promise<number> {
  const began = performance.now();
  const answer = await on.request('/runs', {
    method: 'POST',
    headers: { ...AUTH, 'Content-Type': 'application/json', 'Cache-Control': 'no-cache' },
    body: JSON.stringify({ script: SCRIPT, rubies: '3.1.2,3.3.8', name: 'repro.rb' }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  const { id } = (await answer.json()) as { id: string };
  const { cells } = await on.finished(id, 120);
  if (cells.some(({ verdict, from }) => verdict !== 'leak' || from !== null))
    throw new Error(`not measured: ${cells.map(({ message }) => message).join('; ')}`);
  return (performance.now() - began) / 1000;
}

/** The same cells by a service that measures, and by one whose only worker is on this machine, in turns. */
export const paired: Row = {
  name: 'the real engine, with and without Redis, in turns',
  async run() {
    await using redis = await startRedis();
    await using folder = await resultsFolder();
    const tokens = join(folder.path, 'workers');
    await writeFile(tokens, WORKER_TOKEN, { mode: 0o600 });
    await using alone = await serve(join(folder.path, 'alone'), ['--rate', '100000', ...JOBS]);
    const args = ['--rate', '100000', '--redis', redis.url, '--worker-token-file', tokens];
    await using service = await serve(join(folder.path, 'fleet'), args);
    await using worker = realWorker({ redis: redis.url, server: service.url, args: JOBS });
    await worker.ready;
    const pairs: (readonly [number, number])[] = [];
    for (let pair = -1; pair < PAIRS; pair += 1) {
      const isFirst = pair % 2 === 0;
      const before = isFirst ? await secondsOf(alone) : 0;
      const elsewhere = await secondsOf(service);
      const here = isFirst ? before : await secondsOf(alone);
      // The first pair prepares images.
      if (pair >= 0) pairs.push([here, elsewhere]);
    }
    const ratio = median(pairs.map(([here, elsewhere]) => elsewhere / here));
    const seconds = [0, 1].map((at) => median(pairs.map((pair) => pair[at] ?? NaN)).toFixed(2));
    const resident = mib(await residentBytes(worker.pid));
    const text = `${seconds[0]} s without, ${seconds[1]} s with: ${ratio.toFixed(3)} times (median of ${PAIRS} pairs); the worker took ${resident}`;
    if (ratio > MOST_RATIO) throw new Error(text);
    return text;
  },
};
