import { createHash, randomBytes } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { ServeRequest } from '../cli/serve/serve-deps.ts';
import { gemCacheFolder } from '../docker/gems/gem-cache.ts';
import { gemVersions } from '../docker/gems/gem-versions.ts';
import { Fleet } from '../engine/fleet/fleet.ts';
import type { Clock } from '../engine/ports.ts';
import type { ServiceEngine, ServiceLog } from '../engine/service/ports.ts';
import { redisCarrier } from '../redis/redis-carrier.ts';
import { shownUrl } from '../redis/redis-url.ts';
import { CommandError } from '../usecases/command-error.ts';
import { fleetEngine } from './fleet-engine.ts';
import { measuringParts } from './measuring-version.ts';

export interface ServedFleet extends AsyncDisposable {
  readonly fleet: Fleet;
  /** What the service knows of engines by it. @throws {EngineError} while nothing can be measured */
  connect(): ServiceEngine;
}

export interface ServeFleetParts {
  readonly request: ServeRequest & { readonly redis: NonNullable<ServeRequest['redis']> };
  readonly clock: Clock;
  readonly imagesFolder: string;
  readonly measuringVersion: string;
  readonly log: ServiceLog;
}

/**
 * Connects to Redis, and makes the fleet of a service. A Redis that does not answer is waited for.
 * @throws {CommandError} for one that answers and may not be used
 */
export async function serveFleet(parts: ServeFleetParts): Promise<ServedFleet> {
  const { request, clock, log, measuringVersion } = parts;
  const { redis, matrix, resultsFolder } = request;
  const prefix = `matrix-${await serviceId(resultsFolder)}`;
  const changes: (() => void)[] = [];
  const shown = shownUrl(redis.url);
  const onChange = (): void => {
    const problem = carrierProblem();
    if (problem === null) log.info({ redis: shown }, 'Redis answers');
    else log.warn({ reason: problem }, 'nothing is handed out');
    for (const change of changes) change();
  };
  const carrierProblem = (): string | null => carrier.problem;
  const carrier = await redisCarrier({ redis: redis.options, shown, prefix, onChange });
  await carrier.check();
  const refusal = carrier.facts?.refusal ?? null;
  if (refusal !== null) {
    await carrier[Symbol.asyncDispose]();
    throw new CommandError(`--redis ${shown}: ${refusal}`);
  }
  for (const warning of carrier.facts?.warnings ?? []) log.warn({}, warning);
  const fleet = new Fleet({
    carrier,
    clock,
    prefix,
    measuringVersion,
    log,
    random: () => randomBytes(16).toString('hex'),
    parts: await measuringParts(parts.imagesFolder),
    runtime: matrix.runtime,
    carrierProblem,
  });
  changes.push(() => fleet.changed());
  const cacheFolder = gemCacheFolder();
  return {
    fleet,
    connect: () =>
      fleetEngine(fleet, matrix, (name, policy, signal) => gemVersions(name, policy, cacheFolder, signal)),
    [Symbol.asyncDispose]: () => carrier[Symbol.asyncDispose](),
  };
}

/** Distinguishes services that share a Redis: the same folder on the same machine is the same service. */
async function serviceId(folder: string): Promise<string> {
  const where = `${hostname()}\n${await realpath(folder)}`;
  return createHash('sha256').update(where).digest('hex').slice(0, 12);
}
