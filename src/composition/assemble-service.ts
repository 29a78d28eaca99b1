import type { Ruby } from '../domain/ruby/ruby.ts';
import { defaultRubies, type Offline } from '../usecases/rubies/default-rubies.ts';
import { searchedRubies } from '../usecases/rubies/searched-rubies.ts';
import type { Serve, ServeRequest } from '../cli/serve/serve-deps.ts';
import type { Deps } from '../usecases/deps.ts';
import type { InUse, ServiceEngine, ServiceParts } from '../engine/service/ports.ts';
import { RunService } from '../engine/service/run-service.ts';
import { createApp } from '../http/app.ts';
import type { HttpLimits } from '../http/context.ts';
import { listen } from '../http/listen.ts';
import { createLog, logCrashes } from '../http/log.ts';
import { createMetrics } from '../http/metrics.ts';
import { connectHostEngine } from './host-engine.ts';
import { measuringVersion } from './measuring-version.ts';
import type { ServedFleet, ServeFleetParts } from './serve-fleet.ts';
import { resultSentence } from '../report/bisect/sentence.ts';
import { lockFolder } from '../store/files/folder-lock.ts';
import { createServiceStore } from '../store/runs/service-store.ts';
import { prepareInWorkers } from '../workers/prepare-in-workers.ts';
import { readLeakInWorkers } from '../workers/read-leak-in-workers.ts';
import { renderInWorkers } from '../workers/render-in-workers.ts';

const GIB = 2 ** 30;
/** Free bytes below which runs are refused, since results could not be written completely. */
const MINIMUM_FREE_BYTES = 256 * 2 ** 20;

const HTTP_LIMITS: Omit<HttpLimits, 'writesPerMinute'> = {
  bodyBytes: 4 * 2 ** 20,
  streams: 256,
  heartbeatMs: 15_000,
  stallMs: 60_000,
};

/** Puts the service together: engine, results, HTTP. */
export function assembleService(deps: Deps, imagesFolder: string): Serve {
  return async (request, listening, signal) => {
    const { resultsFolder: folder, matrix, jobs, waitingRuns, keepDays, keepGib } = request;
    await using lock = await lockFolder(folder);
    await using preparing = prepareInWorkers();
    // Each cell that is explained has two readers at most.
    await using reading = readLeakInWorkers(2 * jobs);
    await using rendering = renderInWorkers(folder);
    const log = createLog(deps.streams.stderr, request.logLevel);
    logCrashes(log);
    const warn = (message: string): void => log.warn({}, message);
    const store = createServiceStore({ folder, runs: await deps.openStore(folder), warn });
    const metrics = createMetrics();
    const { clock, version } = deps;
    const measuredBy = await measuringVersion(matrix);
    await using served = await fleetOf({ request, clock, imagesFolder, measuringVersion: measuredBy, log });
    const fleet = served?.fleet;
    const parts: ServiceParts = {
      connect: async (inUse) => served?.connect() ?? connectEngine({ deps, imagesFolder, request, inUse }),
      fleet,
      store,
      clock,
      matrix,
      log,
      observer: metrics.observer,
      prepare: preparing.prepare,
      readLeak: reading.readLeak,
      describeResult: resultSentence,
      measuringVersion: measuredBy,
    };
    const keepBytes = keepGib * GIB;
    const limits = { jobs, waitingRuns, keepDays, keepBytes, minimumFreeBytes: MINIMUM_FREE_BYTES };
    const service = new RunService(parts, limits);
    const access = accessOf(request);
    const httpLimits = { ...HTTP_LIMITS, writesPerMinute: request.writesPerMinute };
    const app = createApp({
      service,
      matrix,
      clock,
      version,
      access,
      limits: httpLimits,
      log,
      metrics,
      render: rendering.render,
      fleet: fleet === undefined ? undefined : { fleet, tokens: request.workerTokens, memory: store.cells },
    });
    const server = await listen(app, request.host, request.port);
    // The port is opened before runs are resumed: a second service must not count attempts and then end.
    // Until the stored runs are read, it answers that it is starting.
    try {
      await service.start();
      listening(server.url);
      log.info({ url: server.url, jobs, version }, 'listening');
      const aborted = new Promise<null>((resolve) => {
        if (signal.aborted) resolve(null);
        else signal.addEventListener('abort', () => resolve(null), { once: true });
      });
      const lost = await Promise.race([aborted, lock.lost]);
      if (lost !== null) throw lost;
    } finally {
      await service.drain(request.drainSeconds * 1000);
      await server.close();
    }
    log.info({}, 'stopped');
  };
}

/** Makes the fleet where one was requested; its libraries are loaded only then. */
async function fleetOf({
  request,
  ...parts
}: Omit<ServeFleetParts, 'request'> & Pick<EngineParts, 'request'>): Promise<ServedFleet | null> {
  const { redis } = request;
  if (redis === null) return null;
  const { serveFleet } = await import('./serve-fleet.ts');
  return serveFleet({ ...parts, request: { ...request, redis } });
}

function accessOf({ host, tokens, publicUrl, isPublic, isPrivate }: ServeRequest) {
  const hostNames = [host, ...(publicUrl === null ? [] : [publicUrl.hostname])].map((name) =>
    name.toLowerCase(),
  );
  return { tokens, hostNames, isPrivate, anyAddress: isPublic, publicOrigin: publicUrl?.origin ?? null };
}

interface EngineParts {
  readonly deps: Deps;
  readonly imagesFolder: string;
  readonly request: ServeRequest;
  readonly inUse: InUse;
}

async function connectEngine({ deps, imagesFolder, request, inUse }: EngineParts): Promise<ServiceEngine> {
  const { matrix } = request;
  const { env } = deps.streams;
  const engine = await connectHostEngine({ env, imagesFolder, runtime: matrix.runtime, inUse });
  const offline = async (rubies: readonly Ruby[]): Promise<Offline | null> => {
    if (await engine.hasRegistry()) return null;
    return { presence: await engine.inventory(rubies), mayMakeDebian: await engine.mayMakeDebian() };
  };
  return {
    ...engine,
    defaultRubies: async () => defaultRubies(matrix, await offline(matrix.rubies)),
    searchedRubies: (asked) => searchedRubies(asked, matrix, offline),
  };
}
