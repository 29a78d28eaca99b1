import type { Introduction, Stock, Welcome } from '../protocol/schemas/fleet-schema.ts';
import type { Deps } from '../usecases/deps.ts';
import { CommandError } from '../usecases/command-error.ts';
import type { Work, WorkRequest } from '../cli/serve/worker-deps.ts';
import { connect } from '../docker/connection/connect.ts';
import { describeHost } from '../docker/housekeeping/describe-host.ts';
import { EngineMonitor } from '../engine/service/engine-monitor.ts';
import type { ServiceLog } from '../engine/service/ports.ts';
import { LocalRunner } from '../engine/local-runner.ts';
import { askRedis } from '../redis/check-redis.ts';
import { shownUrl } from '../redis/redis-url.ts';
import { FleetWorker } from '../redis/worker/fleet-worker.ts';
import { RefusedError, Server } from '../redis/worker/server.ts';
import { createLog, logCrashes } from '../http/log.ts';
import { readLeakInWorkers } from '../workers/read-leak-in-workers.ts';
import { connectHostEngine, type HostEngine } from './host-engine.ts';
import { measuringParts } from './measuring-version.ts';

/** Puts a worker together: engine, Redis, and the service that it measures for. */
export function assembleWorker(deps: Deps, imagesFolder: string): Work {
  return async (request, ready, signal) => {
    const { jobs, redis, server, token, name, labels, drainSeconds } = request;
    const log = createLog(deps.streams.stderr, request.logLevel);
    logCrashes(log);
    await refuseRedis(request, log);
    const engine = await connect(deps.streams.env);
    const host = await describeHost(engine);
    await using reading = readLeakInWorkers(2 * jobs);
    const parts = await measuringParts(imagesFolder);
    let runtime: string | null = null;
    const monitor = new EngineMonitor({
      connect: async () => {
        const { env } = deps.streams;
        const connected = await connectHostEngine({ env, imagesFolder, runtime, inUse: null });
        await connected.sweep();
        return connected;
      },
      log,
    });
    const { clock, version } = deps;
    const runner = new LocalRunner({
      containers: monitor.containers,
      clock,
      places: jobs,
      readLeak: reading.readLeak,
    });
    let isReady = false;
    const introduction = (): Introduction => ({
      name: name ?? host.name,
      host,
      arch: engine.arch,
      places: jobs,
      labels,
      version,
      parts,
      clock: clock.timestamp(),
    });
    const worker = new FleetWorker({
      server: new Server(server, token),
      redis: redis.options,
      shownRedis: shownUrl(redis.url),
      places: jobs,
      introduction,
      drainMs: drainSeconds * 1000,
      log,
      runnerWith: (memory, { measuringVersion }) => runner.knowing({ memory, measuringVersion }),
      engineProblem: () => monitor.reason,
      checkEngine: () => monitor.check(),
      stock: async () => stockOf(monitor.engine, request),
      accepted: async (welcome: Welcome) => {
        ({ runtime } = welcome);
        // The first time this also finds what the engine lacks, such as that runtime.
        if (!monitor.isUp) await monitor.check();
        log.info({ server, redis: shownUrl(redis.url), jobs, arch: engine.arch }, 'accepted by the service');
      },
      changed: (problem) => {
        if (problem !== null) log.warn({ reason: problem }, 'nothing can be measured now');
        else if (isReady) log.info({}, 'cells can be measured again');
        else ready(`measuring for ${server}: ${jobs} cells at a time on ${host.name} (${engine.arch})`);
        isReady ||= problem === null;
      },
    });
    try {
      await worker.run(signal);
    } catch (error) {
      if (error instanceof RefusedError) throw new CommandError(refusal(error, server));
      throw error;
    } finally {
      monitor.stop();
    }
    log.info({}, 'stopped');
  };
}

function refusal({ code, message }: RefusedError, server: string): string {
  if (code === 'not-found') return `the service at ${server} hands nothing out: start it with --redis URL`;
  if (code === 'unauthorized') return `the service at ${server} does not know this token: ${message}`;
  return message;
}

/** @throws {CommandError} for a Redis that answers and may not be used; one that does not answer is waited for */
async function refuseRedis({ redis }: WorkRequest, log: ServiceLog): Promise<void> {
  const facts = await askRedis(redis.options);
  if (facts === null) log.warn({ redis: shownUrl(redis.url) }, 'Redis does not answer; it is waited for');
  else if (facts.refusal !== null) throw new CommandError(`--redis ${shownUrl(redis.url)}: ${facts.refusal}`);
}

async function stockOf(engine: HostEngine | null, { matrix }: WorkRequest): Promise<Stock | null> {
  if (engine === null) return null;
  try {
    const presence = await engine.inventory(matrix.rubies);
    const rubies = presence.map(({ ruby, image, source }) => ({ ruby, image, hasSource: source !== null }));
    return { rubies, registry: await engine.hasRegistry(), debian: await engine.mayMakeDebian() };
  } catch {
    return null;
  }
}
