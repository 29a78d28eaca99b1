import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Deps, EngineAccess, Streams } from './cli/deps.ts';
import { ensureEngine } from './docker/bootstrap/ensure-engine.ts';
import { connect } from './docker/connection/connect.ts';
import { createContainers } from './docker/containers.ts';
import { debianBasesPossible, describeEngine, registryReachable } from './docker/housekeeping/describe.ts';
import { containersOf } from './docker/housekeeping/containers-of.ts';
import { inventory } from './docker/housekeeping/inventory.ts';
import { prune } from './docker/housekeeping/prune.ts';
import { sweep } from './docker/housekeeping/sweep.ts';
import { HostSetup } from './docker/host/host-setup.ts';
import { thisInstance } from './docker/identity.ts';
import type { Clock } from './engine/ports.ts';
import { runMatrix } from './engine/run-matrix.ts';
import { createParser } from './prism/parser.ts';
import { loadMatrix } from './store/matrix-file.ts';
import { createResultsStore } from './store/results-store.ts';

export interface Surroundings {
  /** Folder of the package: it holds package.json, matrix.yaml and images/. Ends in a slash. */
  readonly root: URL;
  readonly streams: Streams;
}

/** Puts the commands and their adapters together: for the command line, and for the Action that runs inside of it. */
export async function assemble({ root, streams }: Surroundings): Promise<Deps> {
  const own = (path: string): string => fileURLToPath(new URL(path, root));
  const imagesFolder = own('images');
  const { version } = JSON.parse(await readFile(own('package.json'), 'utf8')) as { version: string };
  const clock: Clock = { now: () => performance.now(), timestamp: () => new Date().toISOString() };
  const { stderr, env } = streams;
  const setup = new HostSetup();

  const connectEngine = async (runtime: string | null): Promise<EngineAccess> => {
    const engine = await connect(env);
    const instance = await thisInstance();
    return {
      containers: await createContainers({ engine, imagesFolder, instance, setup, runtime }),
      facts: () => describeEngine(engine),
      sweep: () => sweep(engine.docker, instance),
      leftOf: async (runId) => (await containersOf(engine.docker, runId)).length,
      inventory: (rubies) => inventory(engine.docker, rubies, imagesFolder),
      registry: () => registryReachable(engine),
      debian: debianBasesPossible,
      prune: (options) => prune({ docker: engine.docker, imagesFolder, ...options }),
    };
  };

  return {
    streams,
    version,
    ownConfig: own('matrix.yaml'),
    exploitsFolder: own('test/exploits'),
    clock,
    loadMatrix,
    openStore: (folder) =>
      createResultsStore({ folder, warn: (message) => stderr.write(`matrix: ${message}\n`) }),
    connect: connectEngine,
    ensureEngine: async (log, signal) => void (await ensureEngine({ log, signal, env, setup })),
    measure: async (request, parts, signal) =>
      runMatrix(request, { ...parts, clock, parser: await createParser() }, signal),
  };
}
