interface Bucket {
  tokens: number;
  atMs: number;
}

/** Most keys that are remembered; beyond that, the longest idle are forgotten. */
const MOST_KEYS = 10_000;

/** Limits how often each key may act per minute; as many may come in one burst. */
export class TokenBuckets {
  readonly #perMinute: number;
  readonly #buckets = new Map<string, Bucket>();

  constructor(perMinute: number) {
    this.#perMinute = perMinute;
  }

  /** Counts an action of a key. Returns the seconds it has to wait first; 0: it may act now. */
  take(key: string, nowMs: number): number {
    const before = this.#buckets.get(key) ?? { tokens: this.#perMinute, atMs: nowMs };
    const earned = ((nowMs - before.atMs) / 60_000) * this.#perMinute;
    const tokens = Math.min(this.#perMinute, before.tokens + earned);
    // Inserted again, so that the map stays in the order of last use.
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, atMs: nowMs });
    this.#forget();
    return tokens >= 1 ? 0 : Math.ceil(((1 - tokens) * 60) / this.#perMinute);
  }

  /** Undoes the last action of a key, which then does not count. */
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
