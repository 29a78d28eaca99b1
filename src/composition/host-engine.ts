import type { Ruby } from '../domain/ruby/ruby.ts';
import { connect } from '../docker/connection/connect.ts';
import { createContainers } from '../docker/containers.ts';
import { withDeadline } from '../docker/deadline.ts';
import { debianBasesPossible, registryReachable } from '../docker/housekeeping/describe.ts';
import { inventory } from '../docker/housekeeping/inventory.ts';
import { sweepLost } from '../docker/housekeeping/sweep-lost.ts';
import { sweep } from '../docker/housekeeping/sweep.ts';
import { thisInstance } from '../docker/identity.ts';
import type { RubyPresence } from '../engine/ruby-presence.ts';
import type { InUse, WatchedEngine } from '../engine/service/ports.ts';

const PING_MS = 5_000;
/** Time to connect and to remove leftovers: an engine that hangs meanwhile must not hang its user. */
const ENGINE_MS = 60_000;

/** The engine of this host, for a process that runs long: a service or a worker. */
export interface HostEngine extends WatchedEngine {
  inventory(rubies: readonly Ruby[]): Promise<readonly RubyPresence[]>;
  /** Tells whether images can be pulled. */
  hasRegistry(): Promise<boolean>;
  mayMakeDebian(): Promise<boolean>;
}

export interface HostEngineOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly imagesFolder: string;
  readonly runtime: string | null;
  /** Containers of this process that are in use, where it may have lost others; null: all of its own are. */
  readonly inUse: InUse | null;
}

/**
 * Connects to the engine of this host.
 * @throws {EngineError} when none answers in time
 */
export const connectHostEngine = (options: HostEngineOptions): Promise<HostEngine> =>
  withDeadline(connectNow(options), ENGINE_MS, 'the engine');

const inTime = <T>(removal: Promise<T>): Promise<T> =>
  withDeadline(removal, ENGINE_MS, 'the removal of containers');

async function connectNow({ env, imagesFolder, runtime, inUse }: HostEngineOptions): Promise<HostEngine> {
  const engine = await connect(env);
  const { docker } = engine;
  const instance = await thisInstance();
  return {
    containers: await createContainers({ engine, imagesFolder, instance, runtime }),
    ping: async () => void (await withDeadline(docker.ping(), PING_MS, 'the engine')),
    async sweep() {
      await inTime(sweep(docker, instance));
      if (inUse !== null) await inTime(sweepLost(docker, instance, inUse));
    },
    inventory: (rubies) => inventory(docker, rubies, imagesFolder),
    hasRegistry: async () => (await registryReachable(engine)).ok,
    mayMakeDebian: async () => (await debianBasesPossible()).ok,
  };
}
