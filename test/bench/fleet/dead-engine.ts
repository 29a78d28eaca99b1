import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startOwnEngine, whyNoOwnEngine } from '../../docker/own-engine/own-engine.ts';
import { until, WORKER_TOKEN } from '../../fleet/fleet.ts';
import { realWorker } from '../../fleet/real-worker.ts';
import { startRedis } from '../../fleet/redis.ts';
import { resultsFolder, serve, SLOW, type ServeProcess } from '../../serve.ts';
import type { Row } from './faults.ts';

const RUBY = '3.1.2';
/** Time in which a worker finds that its engine is lost, or is back. */
const FOUND_MS = 60_000;

/** Tells whether a service has places of a worker. */
async function hasPlaces(on: ServeProcess, name: string): Promise<boolean> {
  const fleet = (await (await on.request('/fleet')).json()) as {
    workers: { name: string; problem: string | null }[];
  };
  return fleet.workers.some((one) => one.name === name && one.problem === null);
}

/** Loads the image of the ruby into another engine: making it there takes minutes. */
async function copyImage(host: string): Promise<void> {
  const execute = promisify(execFile);
  const { stdout } = await execute('docker', ['images', '--format', '{{.Repository}}:{{.Tag}}']);
  const isNeeded = (tag: string): boolean =>
    tag.startsWith(`matrix:${RUBY}-`) || tag.startsWith('matrix-base:bookworm-');
  const tags = stdout.split('\n').filter(isNeeded);
  if (tags.length === 0) throw new Error(`there is no image of ${RUBY}: matrix images build --ruby ${RUBY}`);
  await execute('sh', ['-c', `docker save ${tags.join(' ')} | DOCKER_HOST=${host} docker load`]);
}

/** kill -9 of the Docker engine of a worker while a cell runs in it: the cell goes elsewhere, and the worker comes back. */
export const deadEngine: Row = {
  name: 'dockerd of one host killed in mid cell, and started again',
  async run() {
    const why = await whyNoOwnEngine();
    if (why !== null) return `skipped: ${why}`;
    await using engine = await startOwnEngine();
    await copyImage(engine.host);
    await using redis = await startRedis();
    await using folder = await resultsFolder();
    const tokens = join(folder.path, 'workers');
    await writeFile(tokens, WORKER_TOKEN, { mode: 0o600 });
    const args = ['--redis', redis.url, '--worker-token-file', tokens];
    await using on = await serve(join(folder.path, 'results'), args);
    const start = (name: string, env: Record<string, string> = {}) =>
      realWorker({ redis: redis.url, server: on.url, args: ['--jobs', '1', '--name', name], env });
    await using mortal = start('mortal', { DOCKER_HOST: engine.host });
    await mortal.ready;
    const first = await on.submit(SLOW);
    await until(
      'it is measured',
      async () => (await on.run(first.id)).cells[0]?.state === 'measuring',
      60_000,
    );
    await engine.signal('SIGKILL');
    const killedAt = performance.now();
    await until('its places are gone', async () => !(await hasPlaces(on, 'mortal')), FOUND_MS);
    const goneMs = performance.now() - killedAt;
    await using sound = start('sound');
    await sound.ready;
    const moved = await on.finished(first.id, 90);
    if (moved.cells[0]?.outcome !== 'measured') throw new Error(`not measured: ${moved.cells[0]?.message}`);
    if (!sound.log().includes('a result was delivered')) throw new Error('it was not measured elsewhere');
    await engine.restart();
    const restartedAt = performance.now();
    await until('its places are back', () => hasPlaces(on, 'mortal'), FOUND_MS);
    const backMs = performance.now() - restartedAt;
    sound.kill('SIGTERM');
    await sound.exit;
    const second = await on.submit(`${SLOW}# again\n`);
    const again = await on.finished(second.id, 90);
    if (again.cells[0]?.outcome !== 'measured') throw new Error(`not measured: ${again.cells[0]?.message}`);
    const seconds = [goneMs, backMs].map((ms) => (ms / 1000).toFixed(1));
    return `its places were gone after ${seconds[0]} s, its cell was measured elsewhere; they were back ${seconds[1]} s after its start, and it measured again`;
  },
};
