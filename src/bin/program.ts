/** The command line. Loaded by matrix.ts, which has it compiled only once. */
import { fileURLToPath } from 'node:url';
import { assemble } from '../composition/assemble.ts';
import { main } from '../cli/main-command.ts';
import type { MainDeps, Serve } from '../cli/serve/serve-deps.ts';
import type { Work } from '../cli/serve/worker-deps.ts';

const { stdout, stderr, env } = process;
/** This module is in src/bin/ or dist/bin/, two folders below the root of the package. */
const root = new URL('../../', import.meta.url);
const deps = await assemble({ root, streams: { stdout, stderr, env } });
/** The service's libraries are loaded only when they are needed: the other commands start faster. */
const serve: Serve = async (...request) => {
  const { assembleService } = await import('../composition/assemble-service.ts');
  await assembleService(deps, fileURLToPath(new URL('images', root)))(...request);
};
const work: Work = async (...request) => {
  const { assembleWorker } = await import('../composition/assemble-worker.ts');
  await assembleWorker(deps, fileURLToPath(new URL('images', root)))(...request);
};
const askRedis: MainDeps['askRedis'] = async ({ options }) =>
  (await import('../redis/check-redis.ts')).askRedis(options);
const askFleet: MainDeps['askFleet'] = async (server, token) =>
  (await import('../composition/ask-fleet.ts')).askFleet(server, token);
process.exit(await main(process.argv.slice(2), { ...deps, serve, work, askRedis, askFleet }));
