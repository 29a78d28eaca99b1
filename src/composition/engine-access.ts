import type { EngineAccess } from '../usecases/deps.ts';
import { ensureEngine } from '../docker/bootstrap/ensure-engine.ts';
import { connect } from '../docker/connection/connect.ts';
import { createContainers } from '../docker/containers.ts';
import { debianBasesPossible, describeEngine, registryReachable } from '../docker/housekeeping/describe.ts';
import { containersOf } from '../docker/housekeeping/containers-of.ts';
import { inventory } from '../docker/housekeeping/inventory.ts';
import { prune } from '../docker/housekeeping/prune.ts';
import { sweep } from '../docker/housekeeping/sweep.ts';
import { archive } from '../git/archive.ts';
import { HostSetup } from '../docker/host/host-setup.ts';
import { thisInstance } from '../docker/identity.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** All changes to the host go through this one object. */
const setup = new HostSetup();

/** Connects to the engine that the environment names, with the given sandboxing runtime or its default. */
export async function accessEngine(
  env: Env,
  imagesFolder: string,
  runtime: string | null,
): Promise<EngineAccess> {
  const engine = await connect(env);
  const instance = await thisInstance();
  return {
    containers: await createContainers({ engine, imagesFolder, instance, setup, runtime, archive }),
    facts: () => describeEngine(engine),
    sweep: () => sweep(engine.docker, instance),
    leftOf: async (runId) => (await containersOf(engine.docker, runId)).length,
    inventory: (rubies) => inventory(engine.docker, rubies, imagesFolder),
    registry: () => registryReachable(engine),
    debian: debianBasesPossible,
    prune: (options) => prune({ docker: engine.docker, imagesFolder, ...options }),
  };
}

/** Finds, installs or starts an engine. */
export async function provideEngine(
  log: (line: string) => void,
  signal: AbortSignal,
  env: Env,
): Promise<void> {
  await ensureEngine({ log, signal, env, setup });
}
