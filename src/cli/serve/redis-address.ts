import type { RedisOptions } from 'ioredis';
import { CommandError } from '../../usecases/command-error.ts';
import type { RedisAddress } from './worker-deps.ts';

/**
 * Reads an address of Redis: `redis://:password@host:6379/0`, or `rediss://` with TLS.
 * @throws {CommandError} for anything else; a password is not shown
 */
export function redisAddress(text: string): RedisAddress {
  const options = optionsOf(text);
  if (options !== null) return { url: text, options };
  throw new CommandError('--redis: expected an address such as redis://redis.example:6379 or rediss://…/0');
}

function optionsOf(text: string): RedisOptions | null {
  const url = URL.parse(text);
  if (url === null || !/^rediss?:$/.test(url.protocol) || url.hostname === '') return null;
  const database = /^\/?(\d{0,5})$/.exec(url.pathname);
  if (database === null) return null;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? 6379 : Number(url.port),
    db: Number(database[1] ?? 0),
    ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
    ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
    ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
  };
}
