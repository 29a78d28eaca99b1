interface Bucket {
  tokens: number;
  atMs: number;
}

/** Most keys that are remembered; then those that were idle longest are forgotten. */
const MOST_KEYS = 10_000;

/** Lets each key act so often per minute, with a burst of as many at once. */
export class TokenBuckets {
  readonly #perMinute: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Returns the seconds to wait before the key may act again; 0: it acts now. */
  take(key: string, nowMs: number): number {
    const before = this.#buckets.get(key) ?? { tokens: this.#perMinute, atMs: nowMs };
    const earned = ((nowMs - before.atMs) / 60_000) * this.#perMinute;
    const tokens = Math.min(this.#perMinute, before.tokens + earned);
    // Put in again, so that the map is in the order of last use.
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs: nowMs });
    this.#forget();
    return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) * 60) / this.#perMinute);
  }

  /** Returns what the key last took: it does not count. */
  refund(key: string): void {
    const bucket = this.#buckets.get(key);
    if (bucket !== undefined) bucket.tokens = Math.min(this.#perMinute, bucket.tokens + 1);
  }

  #forget(): void {
    for (const key of this.#buckets.keys()) {
      if (this.#buckets.size <= MOST_KEYS) return;
      this.#buckets.delete(key);
    }
  }
}
