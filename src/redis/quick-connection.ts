import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis, type RedisOptions } from 'ioredis';
import { messageOf } from '../domain/message-of.ts';

/** Time in which Redis has to answer. */
const ANSWER_MS = 2_000;

/** A connection whose commands fail at once where Redis does not answer; it connects again by itself. */
export interface QuickConnection {
  readonly redis: Redis;
  /** Waits until Redis was reached, or could not be at once. Never rejects. */
  reached(): Promise<void>;
  /** Says why a command failed, and what to do. */
  problemOf(error: unknown): string;
}

/**
 * Connects to a Redis.
 * @param shown the address as it is shown
 */
export function quickConnection(options: RedisOptions, shown: string): QuickConnection {
  const redis = new Redis({
    ...options,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
    connectTimeout: ANSWER_MS,
    commandTimeout: ANSWER_MS,
    retryStrategy: (tries) => Math.min(1_000, tries * 100),
  });
  // Says more than the commands, which only find that there is no connection.
  let lost: Error | null = null;
  redis.on('error', (error) => (lost = error));
  redis.on('ready', () => (lost = null));
  return {
    redis,
    async reached() {
      const ready = once(redis, 'ready').then(
        () => undefined,
        () => undefined,
      );
      if (redis.status !== 'ready') await Promise.race([ready, sleep(ANSWER_MS, undefined, { ref: false })]);
    },
    problemOf(error) {
      if (isFull(error))
        return `Redis at ${shown} is full: raise its maxmemory, or remove what others have put there`;
      const reason = lost ?? error;
      return `Redis at ${shown} does not answer (${messageOf(reason) || 'no connection'}): start it, or name another one with --redis`;
    },
  };
}

/** Tells whether Redis refused a command because it has no memory left. */
export const isFull = (error: unknown): boolean => error instanceof Error && error.message.startsWith('OOM ');
