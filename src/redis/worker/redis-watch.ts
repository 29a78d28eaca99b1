import type { RedisOptions } from 'ioredis';
import { markKey } from '../kept.ts';
import { quickConnection, type QuickConnection } from '../quick-connection.ts';

/** Time for which the service's mark may be missing: somebody may have emptied Redis, and it is set again. */
const MISSING_MS = 5_000;

/** Watches whether the Redis of a worker answers, and is that of its service: notes would never come from another one. */
export class RedisWatch {
  readonly #quick: QuickConnection;
  readonly #shown: string;
  readonly #key: string;
  #problem: string | null = null;
  #seenAt = -Infinity;
  #isLooking = false;

  /**
   * @param shown the address as it is shown
   * @param prefix that of the service's keys
   */
  constructor(redis: RedisOptions, shown: string, prefix: string) {
    this.#quick = quickConnection(redis, shown);
    this.#shown = shown;
    this.#key = markKey(prefix);
  }

  /** Why nothing can be taken from it; null: it is as it should be. */
  get problem(): string | null {
    return this.#problem;
  }

  /** Looks now. Never rejects. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    await this.#quick.reached();
    try {
      const isThere = (await this.#quick.redis.exists(this.#key)) === 1;
      if (isThere) this.#seenAt = performance.now();
      const isMissing = performance.now() - this.#seenAt > MISSING_MS;
      this.#problem = isMissing
        ? `Redis at ${this.#shown} is not the one that the service uses: name the same one with --redis, here and there`
        : null;
    } catch (error) {
      this.#problem = this.#quick.problemOf(error);
    } finally {
      this.#isLooking = false;
    }
  }

  close(): void {
    this.#quick.redis.disconnect();
  }
}
