/** Orders requests with the same idempotency key: a second one waits until the first is accepted. */
export class PendingKeys<Answer> {
  readonly #pending = new Map<string, Promise<Answer>>();

  /** Runs `work` once no other with this key is running. */
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
