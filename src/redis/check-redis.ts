import { Redis, type RedisOptions } from 'ioredis';

/** What a Redis is, as far as hand-outs depend on it. */
export interface RedisFacts {
  /** `Redis 7.0.15`, `Valkey 8.0.1` */
  readonly name: string;
  /** Why nothing may be handed out by it; null: it may. */
  readonly refusal: string | null;
  /** What is not as it should be, though it works. */
  readonly warnings: readonly string[];
}

const OLDEST = [6, 2] as const;

/**
 * Reads what a Redis says of itself.
 * @throws the client's error where it does not answer
 */
export async function checkRedis(redis: Pick<Redis, 'info'>): Promise<RedisFacts> {
  return factsOf(await redis.info());
}

/** Asks a Redis once; null where it does not answer. */
export async function askRedis(options: RedisOptions): Promise<RedisFacts | null> {
  const redis = new Redis({
    ...options,
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return await checkRedis(redis);
  } catch {
    return null;
  } finally {
    redis.disconnect();
  }
}

/** Judges the text of INFO. A Valkey also gives the version of Redis that it is compatible with. */
export function factsOf(info: string): RedisFacts {
  const field = (name: string): string | undefined => new RegExp(`^${name}:(.*?)\r?$`, 'm').exec(info)?.[1];
  const version = field('redis_version') ?? '?';
  const valkey = field('valkey_version');
  const name = valkey === undefined ? `Redis ${version}` : `Valkey ${valkey}`;
  const warnings =
    field('aof_enabled') === '0'
      ? [
          `${name} keeps no append-only file: what was pushed is pushed again after a crash. Set appendonly yes`,
        ]
      : [];
  return { name, refusal: refusalOf(name, version, field('maxmemory_policy')), warnings };
}

function refusalOf(name: string, version: string, policy: string | undefined): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1]))
    return `${name} is too old: ${OLDEST.join('.')} or later is needed`;
  if (policy !== 'noeviction') {
    return (
      `${name} may drop keys when it is full (maxmemory-policy ${policy ?? '?'}): ` +
      'redis-cli config set maxmemory-policy noeviction, and the same in its configuration'
    );
  }
  return null;
}
