/** Requests with an idempotency key that are being accepted: the same key twice at once waits for the first. */
export class PendingKeys<Answer> {
  readonly #pending = new Map<string, Promise<Answer>>();

  /** Runs `work` when no other with this key is under way; else afterwards. */
  async inTurn(key: string | null, work: () => Promise<Answer>): Promise<Answer> {
    if (key === null) return work();
    for (let other = this.#pending.get(key); other !== undefined; other = this.#pending.get(key)) {
      await other.catch(() => {});
    }
    const mine = work();
    this.#pending.set(key, mine);
    try {
      return await mine;
    } finally {
      this.#pending.delete(key);
    }
  }
}
